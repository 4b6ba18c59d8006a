using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Tests.Ledger;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Artifacts;

public sealed partial class CollectorTests : IDisposable
{
    private static readonly Retention Everything = new(Age: TimeSpan.Zero, Runs: null);

    private readonly TestFolder _folder = new();
    private readonly LedgerBench _bench;
    private readonly FolderStore _store;

    public CollectorTests()
    {
        _bench = new LedgerBench(parts => SqlLedger.Open(_folder.At("root", "ledger.db"), parts));
        _store = new FolderStore(_folder.At("artifacts"));
    }

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Only_what_no_kept_run_needs_goes_and_a_dry_run_says_the_same()
    {
        var old = Run("old");
        _bench.Clock.Advance(TimeSpan.FromDays(100));
        var recent = Run("recent");
        var open = _bench.Submit(Plans.Graph(Plans.Node("open")), "open");
        var claim = _bench.Claim("open");
        var running = Locations.OfAttempt(open, "open", 1, 1);
        Seal(running);
        Seal(Locations.Checkpoint(running, "3"));
        Seal("gone/base.1-1");
        Seal(Locations.Log(Locations.OfAttempt(old, "old", 1, 1)));
        Seal(Locations.Log(Locations.OfAttempt(recent, "recent", 1, 1)));
        Age();

        string[] expected = [$"{old}/old.1-1", $"{old}/old.1-1.log", "gone/base.1-1"];
        var dry = Collect(new Retention(null, null), dryRun: true);
        Assert.Equal(expected.Order(StringComparer.Ordinal), dry.Locations.Select(l => l.Location).Order(StringComparer.Ordinal));
        Assert.Equal([old], dry.Runs.Select(r => r.Id));
        Assert.Equal(7, _store.List().Count());
        Assert.Equal(3, _bench.Ledger.List().Count);

        var told = new List<string>();
        var done = new Collector(_bench.Sql, _store).Collect(new Retention(null, null), dryRun: false, l => told.Add(l.Location));
        Assert.Equal(dry.Locations.Select(l => l.Location), done.Locations.Select(l => l.Location));
        Assert.Equal(told, done.Locations.Select(l => l.Location));
        Assert.Equal(dry.Kept, done.Kept);
        Assert.Equal(
            new[] { $"{recent}/recent.1-1", $"{recent}/recent.1-1.log", running, Locations.Checkpoint(running, "3") }.Order(StringComparer.Ordinal),
            _store.List().Select(l => l.Location).Order(StringComparer.Ordinal));

        // The attempt that was under way all the time completes with what it had sealed.
        Assert.True(_bench.Ledger.Complete(claim.Ticket, new Artifact(running, [new ArtifactFile(running, "out", 1, "d")]), Plans.Result(null)));
        Assert.True(_store.IsPresent(new Artifact(running, [new ArtifactFile(running, "out", 1, "d")])));
        Assert.Equal(RunState.Succeeded, _bench.RunState(recent));
    }

    [Fact]
    public void What_was_written_a_moment_ago_is_left_for_the_next_time()
    {
        Seal("gone/base.1-1");
        var young = Collect(Everything);
        Assert.Empty(young.Locations);
        Assert.Equal(["gone/base.1-1"], young.Young.Select(l => l.Location));
        Age();
        Assert.Single(Collect(Everything).Locations);
        Assert.Empty(_store.List());
    }

    [Fact]
    public void A_reused_result_outlives_the_run_that_made_it()
    {
        var first = Run("same", "first");
        var second = _bench.Submit(Plans.Graph(Plans.Node("same")), "second");
        Assert.Null(_bench.TryClaim());
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Age();
        Assert.Equal([first], Collect(new Retention(null, Runs: 1)).Runs.Select(r => r.Id));
        Assert.Equal([$"{first}/same.1-1"], _store.List().Select(l => l.Location));

        // And a third run is given it, too.
        var third = _bench.Submit(Plans.Graph(Plans.Node("same")), "third");
        Assert.Null(_bench.TryClaim());
        Assert.Equal($"{second}/same", _bench.Stage(third, "same").ReusedFrom);
        Collect(Everything);
        Assert.Empty(_store.List());
    }

    [Fact]
    public void The_resume_point_of_a_failed_run_stays_as_long_as_the_run()
    {
        var run = _bench.Submit(Plans.Graph(Plans.Node("s")));
        var claim = _bench.Claim("s");
        var checkpoint = Locations.Checkpoint(Locations.OfAttempt(run, "s", 1, 1), "5");
        Seal(checkpoint);
        Seal(Locations.Checkpoint(Locations.OfAttempt(run, "s", 1, 1), "4"));
        Assert.True(_bench.Ledger.Checkpoint(claim.Ticket, new CheckpointRef(checkpoint, 5)));
        Assert.True(_bench.Ledger.Fail(claim.Ticket, new AttemptFailure("no", Retryable: false)));
        Age();
        Collect(new Retention(TimeSpan.FromDays(1), null));
        Assert.Equal([checkpoint], _store.List().Select(l => l.Location));
        _bench.Clock.Advance(TimeSpan.FromDays(2));
        Collect(new Retention(TimeSpan.FromDays(1), null));
        Assert.Empty(_store.List());
        Assert.Empty(_bench.Ledger.List());
    }

    [Theory]
    [InlineData(null, null, 3)]
    [InlineData(50, null, 1)]
    [InlineData(0, null, 0)]
    [InlineData(null, 2, 2)]
    [InlineData(null, 0, 0)]
    [InlineData(50, 2, 2)]
    [InlineData(150, 1, 3)]
    public void A_run_is_kept_that_either_bound_keeps(int? days, int? runs, int kept)
    {
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        RunSummary[] all =
        [
            Ended("running", RunState.Running, null), Ended("a", RunState.Succeeded, now.AddDays(-10)), Ended("paused", RunState.Paused, null),
            Ended("b", RunState.Failed, now.AddDays(-60)), Ended("c", RunState.Cancelled, now.AddDays(-80)), Ended("d", RunState.Succeeded, now.AddDays(-200)),
        ];
        var forgotten = new Retention(days is { } count ? TimeSpan.FromDays(count) : null, runs).Forgets(all, now).Select(r => r.Id).ToList();
        Assert.Equal(new[] { "a", "b", "c", "d" }.Skip(kept), forgotten);
    }

    private static RunSummary Ended(string id, RunState state, DateTimeOffset? ended) => new(id, id, state, "identity", DateTimeOffset.UnixEpoch, ended);

    private Collected Collect(Retention retention, bool dryRun = false) => new Collector(_bench.Sql, _store).Collect(retention, dryRun);

    /// <summary>A run of one stage, done, its output in the store.</summary>
    private string Run(string stage, string? request = null)
    {
        var run = _bench.Submit(Plans.Graph(Plans.Node(stage)), request ?? stage);
        var claim = _bench.Claim(stage);
        var location = Locations.OfAttempt(run, stage, claim.Generation, claim.Attempt);
        Assert.True(_bench.Ledger.Complete(claim.Ticket, Seal(location), Plans.Result(null)));
        return run;
    }

    private Artifact Seal(string location)
    {
        var folder = _folder.Make("sealing");
        File.WriteAllText(Path.Combine(folder, "out"), "1");
        return _store.Seal(folder, location);
    }

    /// <summary>Makes all that is stored older than the margin.</summary>
    private void Age()
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(_store.Root, "*", SearchOption.AllDirectories))
        {
            if (Directory.Exists(path))
                Directory.SetLastWriteTimeUtc(path, _store.Now().UtcDateTime - TimeSpan.FromHours(2));
            else
                File.SetLastWriteTimeUtc(path, _store.Now().UtcDateTime - TimeSpan.FromHours(2));
        }
    }
}
