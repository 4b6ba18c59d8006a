using System.Globalization;
using DnC.Workflow.Runtime.TestHost;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>kill -9 of the whole process tree at random moments of a run (10, or as many as DNC_KILLS says), continuing each time.</summary>
public sealed class RandomKillTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("DNC_KILLS") ?? "10", CultureInfo.InvariantCulture);
    private const int Steps = 600;
    private const int Every = 10;
    private const int Cost = 500;
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_run_completes_as_if_undisturbed(int seed)
    {
        string[] experts = ["expert[0]", "expert[1]", "expert[2]"];
        var script = new EngineScript
        {
            Root = _folder.At("root"),
            Continue = true,
            Stages =
            [
                Counting("base"),
                .. experts.Select(e => Counting(e, "base")),
                Counting("distill", experts),
                EngineProcess.Stage("evaluate[dnc]", "noop", new NoOp.Settings(), "distill"),
            ],
        };
        var draws = new Random(seed);
        var killed = 0;
        for (var ended = false; !ended;)
        {
            using var engine = EngineProcess.Start(script);

            // A number of lines that the engine tells, then a number of turns on the spot: a moment at, or somewhere between, its steps.
            var lines = killed < Kills ? draws.Next(1, 12) : int.MaxValue;
            for (var line = 0; line < lines && !ended && engine.Read() is { } told; line++)
                ended = told.StartsWith("ended", StringComparison.Ordinal);
            if (ended)
            {
                Assert.Equal("ended Succeeded", engine.Lines[^1]);
                Assert.Equal((0, ""), engine.WaitForExit());
                break;
            }

            Thread.SpinWait(draws.Next(2_000_000));
            engine.KillTree();
            killed++;
        }

        var (run, events) = EngineProcess.Look(script.Root);
        output.WriteLine($"{killed} kills, {events.Count} events; attempts: {string.Join(", ", run.Stages.Select(s => $"{s.Node.Name} {s.Attempts}"))}");
        Assert.Equal(Kills, killed);
        Assert.All(run.Stages, s => Assert.Single(events, e => e.Stage == s.Node.Name && e.Generation == 1 && e.Event == StageEvent.Completed));
        Assert.All(run.Stages, s => Assert.Equal(1, s.Generation));
        foreach (var stage in run.Stages.Where(s => s.Node.Kind == "count"))
        {
            Diary.Check(_folder.At(stage.Node.Name + ".diary"), Steps, Every);
            Assert.Equal(
                Count.Expected(stage.Node.Name, Steps, Cost),
                File.ReadAllText(Path.Combine(_folder.At("root", "artifacts"), stage.Output!.Location, "result.txt")));
            AliveLock.Hold(_folder.At(stage.Node.Name + ".alive")).Dispose();
        }
    }

    private Stages.Plan.StageNode Counting(string name, params string[] inputs) =>
        EngineProcess.Stage(name, "count", new Count.Settings(_folder.Path, Steps, Every, Cost, Id: name), inputs);
}
