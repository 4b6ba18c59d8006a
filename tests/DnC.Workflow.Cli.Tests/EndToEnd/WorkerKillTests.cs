using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>
/// The core promise with real training on several workers: whatever dies at random moments (5 times, or as often as DNC_KILLS says: a
/// worker by kill -9 or SIGTERM, the database), the run ends in the very bytes of an undisturbed run.
/// </summary>
public sealed class WorkerKillTests : IDisposable
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("DNC_KILLS") ?? "5", CultureInfo.InvariantCulture);

    /// <summary>The share of the run before which the last fault comes.</summary>
    private const double LastFault = 0.8;

    private readonly FinishedRun _finished;
    private readonly ITestOutputHelper _output;
    private readonly TestFolder _folder = new();
    private readonly string _mark = Guid.NewGuid().ToString("N");

    public WorkerKillTests(FinishedRun finished, ITestOutputHelper output)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "process trees are found in /proc");
        if (!PrivatePostgres.Available(out var why))
            Assert.Skip(why);
        (_finished, _output) = (finished, output);

        // As root the server runs as another user, who has to reach its folder.
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherExecute);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_on_workers_that_die_again_and_again_ends_as_an_undisturbed_one()
    {
        var calm = Spec("calm", checkpointSeconds: 60);
        DncProcess.Run("run", calm, "--data", _finished.Data.Shards, "--root", _folder.At("calm")).Expect(0);

        using var server = PrivatePostgres.Start(_folder.At("killed", "postgres"));
        var workers = new List<DncProcess> { Worker("1"), Worker("2") };
        using var client = LedgerClient.Open(server.ConnectionString, () => 0.5, (_, e) => throw e);
        using (var watch = DncProcess.Start(Shared("run", Spec("killed", checkpointSeconds: 0.2), "--data", _finished.Data.Shards)))
        {
            await Disturb(server, client, workers);
            Assert.Contains("succeeded", watch.Wait().Expect(0).Out, StringComparison.Ordinal);
        }

        foreach (var worker in workers)
        {
            Terminate(worker);
            worker.Dispose();
        }


        var id = Assert.Single(client.Ledger.List()).Id;
        var run = client.Ledger.Find(id)!;
        var (events, attempts) = (client.Ledger.Events(id), client.Ledger.Attempts(id));
        _output.WriteLine($"{Kills} faults, {events.Count} events, {attempts.Count} attempts of {run.Stages.Count} stages; resumed at "
            + string.Join(", ", attempts.Where(a => a.ResumedAtStep is not null).Select(a => $"{a.Stage} {a.ResumedAtStep}")));
        Assert.All(run.Stages, s => Assert.Single(events, e => e.Stage == s.Node.Name && e.Event == StageEvent.Completed));
        Assert.DoesNotContain(events, e => e.Event is StageEvent.AttemptFailed or StageEvent.GaveUp or StageEvent.InputLost);
        Assert.Contains(attempts, a => a.ResumedAtStep > 0);
        Assert.Equal(0, DncProcess.Alive(_mark));

        var expected = RunStatus.Of(_folder.At("calm"));
        foreach (var stage in run.Stages.Where(s => s.Node.Kind is "base" or "expert" or "distill"))
            Assert.Equal(File.ReadAllBytes(expected.Output(stage.Node.Name, "model.safetensors")), File.ReadAllBytes(Output(stage, "model.safetensors")));
        Assert.NotEmpty(Rows(run.Stages.Select(s => s.Metrics)));
        Assert.Equal(Rows(expected.Report.Stages.Select(s => s.Metrics)), Rows(run.Stages.Select(s => s.Metrics)));
    }

    /// <summary>Faults at random shares of the run; the dead are started again, as a service manager does.</summary>
    private async Task Disturb(PrivatePostgres server, LedgerClient client, List<DncProcess> workers)
    {
        var draws = new Random(7);
        for (var fault = 0; fault < Kills; fault++)
        {
            await Reach(client, (fault + draws.NextDouble()) * LastFault / Kills);
            var victim = draws.Next(workers.Count);
            switch (fault % 5)
            {
                case 2:
                    server.RestartImmediately();
                    continue;
                case 3:
                    Terminate(workers[victim]);
                    break;
                case var kind:
                    // Every second time its children are left to the leash.
                    workers[victim].Kill(tree: kind == 0);
                    break;
            }

            workers[victim].Dispose();
            workers[victim] = Worker($"{victim + 1}");
        }
    }

    /// <summary>What evaluation found, which is a function of the weights.</summary>
    private static string[] Rows(IEnumerable<JsonElement?> metrics) =>
        [.. metrics.Select(m => m is { } some && some.TryGetProperty("rows", out var rows) ? JsonSerializer.Serialize(rows) : "").Where(r => r.Length > 0).Order(StringComparer.Ordinal)];

    private static void Terminate(DncProcess worker)
    {
        // Before it serves, the signal ends it as it ends any process.
        worker.ReadUntil("serves");
        worker.Signal(PosixSignal.SIGTERM);
        worker.Wait().Expect(0);
    }

    /// <summary>Waits until the workers have done that share of the run.</summary>
    private static async Task Reach(LedgerClient client, double share)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Done(client) < share)
            await looks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    private static double Done(LedgerClient client)
    {
        try
        {
            return client.Ledger.List() is [var run] ? client.Ledger.Find(run.Id)!.Stages.Average(Done) : 0;
        }
        catch (System.Data.Common.DbException)
        {
            // Its connection was of the server before the restart.
            return 0;
        }
    }

    private static double Done(StageView stage) =>
        stage.State.IsEnded() ? 1 : stage.Progress is { Steps: > 0 } progress ? (double)progress.Step / progress.Steps : 0;

    private string Output(StageView stage, string file)
    {
        var found = stage.Output!.Find(file) ?? throw new FileNotFoundException(file);
        return Path.Combine(_folder.At("killed", "artifacts"), found.Location, found.Name);
    }

    private DncProcess Worker(string name) => DncProcess.Start(
        _mark, new Dictionary<string, string>(), Shared("worker", "--queues", "gpu:1,cpu:1", "--work", _folder.At($"work-{name}")));

    private string Spec(string name, double checkpointSeconds) => _folder.Write($"{name}.json", SmallSpec.Text(epochs: 3 * Kills, checkpointSeconds));

    private string[] Shared(params string[] command) => [.. command, "--root", _folder.At("killed"), "--postgres", "managed"];
}
