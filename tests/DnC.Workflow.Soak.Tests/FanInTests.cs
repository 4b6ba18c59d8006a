using DnC.Workflow.Soak.Tests.Bench;
using DnC.Workflow.Soak.Tests.Fleet;
using DnC.Workflow.Soak.Tests.History;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Soak.Tests;

/// <summary>256 experts under kill -9 of their workers: the stage that reads them all gets every one.</summary>
public sealed class FanInTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Experts = 256;
    private const int Kills = 8;
    private readonly SoakBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task No_child_is_lost()
    {
        foreach (var name in (string[])["one", "two", "three"])
            _bench.StartWorker(name, slots: 8, inProcess: true);
        var quick = new QuickGraph(_bench.Journal);
        var graph = quick.FanIn(Experts, i => quick.Quick($"{i}", steps: 4, milliseconds: 20));
        var run = await _bench.Submit("the run", graph);
        var draws = new Random(SoakSettings.Seed);
        for (var kill = 1; kill <= Kills; kill++)
        {
            // The workers tell nine points and more of each attempt: the last kill falls before the last expert.
            var at = kill * Experts * 6 / Kills;
            await Wait.Until(() => _bench.Points >= at && _bench.Workers.Any(w => w.Engine is not null), TestContext.Current.CancellationToken);
            var alive = _bench.Workers.Where(w => w.Engine is not null).ToArray();
            alive[draws.Next(alive.Length)].Signal(Processes.Kill);
        }

        Assert.Equal(RunState.Succeeded, await _bench.Ended(run));
        await _bench.StopWorkers();
        var history = Assert.Single(HistoryReader.Read(_bench, [run]));
        output.WriteLine($"{Kills} kills. {Figures.Of([history])}");

        // The output of 'distill' is a function of all experts' outputs.
        Findings.None(HistoryChecker.Check(history, new ExpectedRun(graph)));
        Assert.Equal(Experts, history.Stages.Count(s => s.Name.StartsWith("expert[", StringComparison.Ordinal) && s.State == StageState.Succeeded));
        Findings.None(Leftovers.Find(_bench));
    }
}
