using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Soak.Tests.Bench;
using DnC.Workflow.Soak.Tests.History;
using DnC.Workflow.Stages.Lifecycle;
using Npgsql;

namespace DnC.Workflow.Soak.Tests;

/// <summary>
/// A worker on another host, its line to the database cut beyond the lease, then mended: its stage was taken elsewhere, its late
/// success is refused, and everything completes.
/// </summary>
public sealed class PartitionTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Stages = 4;
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
        var (quick, go) = (new QuickGraph(Bench.Journal), Bench.Folder.At("go"));
        var graph = quick.Apart(Stages, i => quick.Quick($"{i}", steps: 5) with { LastStepAfter = go });

        // All of them come to their last step there, before anybody else is up.
        var far = Bench.StartWorker("far", slots: Stages, connection: Far(), before: line.Before);
        var run = await Bench.Submit("the run", graph);
        await Wait.Until(() => Bench.Count("SELECT COUNT(*) FROM dnc.stage WHERE state = 'running' AND checkpoint_step = 4") == Stages, cancel);
        line.Cut();
        var near = Bench.StartWorker("near", slots: Stages);
        await Wait.Until(() => Running(near.Engine) == Stages, cancel);

        // Both ends finish them; one of them cannot say so yet.
        await File.WriteAllTextAsync(go, "", cancel);
        Assert.Equal(RunState.Succeeded, await Bench.Ended(run));
        await Wait.Until(() => Asked() >= 2 * Stages, cancel);
        line.Mend();
        await Wait.Until(() => Journals().Count(j => j.Fact == JournalFact.OutcomeRefused) >= Stages, cancel);
        var after = await Bench.Submit("another run", quick.Apart(8, i => quick.Quick($"after {i}", steps: 1)));
        Assert.Equal(RunState.Succeeded, await Bench.Ended(after));
        await Bench.StopWorkers();
        var history = Assert.Single(HistoryReader.Read(Bench, [run]));
        output.WriteLine(Figures.Of([history]).ToString());
        Findings.None(HistoryChecker.Check(history, new ExpectedRun(graph)));
        Assert.All(history.Stages, s => Assert.Contains(history.Attempts, a => a.Stage == s.Name && a.Outcome == StageEvent.LeaseExpired));
        Assert.All(history.Stages, s => Assert.Contains(history.Journal, j => j.Stage == s.Name && j.Fact == JournalFact.OutcomeRefused));
        Findings.None(Leftovers.Find(Bench));
        Assert.All(Bench.Workers, w => Assert.Equal(0, w.LastExit));
    }

    private long Running(string? engine) => Bench.Count($"SELECT COUNT(*) FROM dnc.claim WHERE worker = '{engine}'");

    private IReadOnlyList<JournalEntry> Journals() => Journal.ReadAll(Bench.Journal);

    private int Asked() => Journals().Count(j => j.Fact == JournalFact.CompletionAsked);

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
