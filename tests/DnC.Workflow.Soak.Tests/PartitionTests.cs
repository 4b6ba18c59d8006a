using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Soak.Tests.Bench;
using DnC.Workflow.Soak.Tests.History;
using DnC.Workflow.Stages.Lifecycle;
using Npgsql;

namespace DnC.Workflow.Soak.Tests;

/// <summary>
/// A worker on another host, its line to the database cut beyond the lease, then mended: its stage was taken elsewhere, its late
/// checkpoint or success is refused, and everything completes.
/// </summary>
public sealed class PartitionTests(ITestOutputHelper output) : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private SoakBench? _bench;
    private CutLine? _line;

    private SoakBench Bench => _bench ?? throw new InvalidOperationException("No bench yet.");

    public async ValueTask DisposeAsync()
    {
        if (_bench is not null)
            await _bench.DisposeAsync();
        _line?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_a_host_behind_a_cut_line_ends_late_is_refused()
    {
        var cancel = TestContext.Current.CancellationToken;
        if (CutLine.Make(out _line) is { } why)
            Assert.Skip(why);
        var line = _line!;
        await Start(cancel);
        var quick = new QuickGraph(Bench.Journal);
        var graph = quick.Apart(4, i => Long(quick, $"{i}"));

        // All of them begin there, before anybody else is up.
        var far = Bench.StartWorker("far", slots: 4, connection: Far(), before: line.Before);
        var run = await Bench.Submit("the run", graph);
        await Wait.Until(() => Running(far.Engine) == 4 && Named() == 4, cancel);
        line.Cut();
        var near = Bench.StartWorker("near", slots: 4);
        await Wait.Until(() => near.Engine is not null && Running(far.Engine) == 0 && Running(near.Engine) > 0, cancel);
        line.Mend();
        Assert.Equal(RunState.Succeeded, await Bench.Ended(run));

        // Whatever it was at, it hears that it has lost it.
        await Wait.Until(() => far.Children().Count == 0, cancel);
        var after = await Bench.Submit("another run", quick.Apart(8, i => quick.Quick($"after {i}", steps: 1)));
        Assert.Equal(RunState.Succeeded, await Bench.Ended(after));
        await Bench.StopWorkers();
        var history = Assert.Single(HistoryReader.Read(Bench, [run]));
        output.WriteLine(Figures.Of([history]).ToString());
        Findings.None(HistoryChecker.Check(history, new ExpectedRun(graph)));
        Assert.All(history.Stages, s => Assert.Contains(history.Attempts, a => a.Stage == s.Name && a.Outcome == StageEvent.LeaseExpired));
        Assert.Contains(history.Journal, j => j.Fact is JournalFact.CheckpointRefused or JournalFact.OutcomeRefused);
        Findings.None(Leftovers.Find(Bench));
        Assert.All(Bench.Workers, w => Assert.Equal(0, w.LastExit));
    }

    private static Grow.Settings Long(QuickGraph quick, string id) => quick.Quick(id, steps: 60, milliseconds: 100);

    private long Running(string? engine) => Bench.Count($"SELECT COUNT(*) FROM dnc.claim WHERE worker = '{engine}'");

    private long Named() => Bench.Count("SELECT COUNT(*) FROM dnc.stage WHERE checkpoint_step > 0");

    /// <summary>A server that the other host reaches too.</summary>
    private async Task Start(CancellationToken cancel)
    {
        var rules = _folder.At("pg_hba.conf");
        await File.WriteAllTextAsync(rules, $"local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all {CutLine.Here}/30 scram-sha-256\n", cancel);
        Shell.Must("chmod", "o+rx", rules, _folder.Path);
        _bench = new SoakBench(new PrivatePostgresOptions
        {
            ListenAddresses = $"127.0.0.1,{CutLine.Here}",
            Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["hba_file"] = rules },
        });
    }

    private string Far() => new NpgsqlConnectionStringBuilder(Bench.Server.ConnectionString) { Host = CutLine.Here }.ConnectionString;
}
