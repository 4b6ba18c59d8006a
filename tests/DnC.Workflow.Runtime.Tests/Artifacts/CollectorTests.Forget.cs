using System.Data.Common;
using Dapper;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Tests.Ledger;
using DnC.Workflow.Stages.Ports;
using Microsoft.Data.Sqlite;

namespace DnC.Workflow.Runtime.Tests.Artifacts;

// What workers do by themselves.
public sealed partial class CollectorTests
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Fact]
    public void A_worker_forgets_old_runs_with_all_of_theirs_and_leaves_what_it_does_not_know()
    {
        var old = Run("old");
        Seal(Locations.Log(Locations.OfAttempt(old, "old", 1, 1)));
        Seal($"{old}/old.1-1.checkpoint-7");
        var open = _bench.Submit(Plans.Graph(Plans.Node("open")), "open");
        _bench.Claim("open");
        Seal("another-ledgers/base.1-1");
        _bench.Clock.Advance(Month * 2);
        var recent = Run("recent");
        Seal($"{recent}/recent.9-9");
        Age();

        var forgot = Forget(Month);
        Assert.Equal([old], forgot.Runs.Select(r => r.Id));
        Assert.Equal([$"{old}/old.1-1", $"{old}/old.1-1.checkpoint-7", $"{old}/old.1-1.log"], forgot.Locations.Select(l => l.Location).Order(StringComparer.Ordinal));
        Assert.Equal(
            new[] { "another-ledgers/base.1-1", $"{recent}/recent.1-1", $"{recent}/recent.9-9" }.Order(StringComparer.Ordinal),
            _store.List().Select(l => l.Location).Order(StringComparer.Ordinal));
        Assert.Equal([recent, open], _bench.Ledger.List().Select(r => r.Id));
        Assert.Empty(_bench.Sql.Forgotten(10));
        Assert.Empty(Forget(Month).Runs);
    }

    [Fact]
    public void What_a_kept_run_reuses_stays_until_that_run_is_forgotten_too()
    {
        var first = Run("same", "first");
        _bench.Clock.Advance(Month);
        var second = _bench.Submit(Plans.Graph(Plans.Node("same")), "second");
        Assert.Null(_bench.TryClaim());
        _bench.Clock.Advance(TimeSpan.FromDays(1));
        Age();

        var kept = Forget(Month);
        Assert.Equal(first, Assert.Single(kept.Runs).Id);
        Assert.Empty(kept.Locations);
        Assert.Equal([$"{first}/same.1-1"], kept.Kept.Select(l => l.Location));
        Assert.True(_store.IsWhole(_bench.Stage(second, "same").Output!));

        _bench.Clock.Advance(Month);
        Assert.Equal([$"{first}/same.1-1"], Forget(Month).Locations.Select(l => l.Location));
        Assert.Empty(_store.List());
        Assert.Empty(_bench.Sql.Forgotten(10));
    }

    [Fact]
    public void What_a_crash_or_its_youth_left_goes_the_next_time()
    {
        var run = Run("old");
        _bench.Clock.Advance(Month * 2);

        // Written this minute by the store's clock.
        var young = Forget(Month);
        Assert.Equal((run, $"{run}/old.1-1"), (Assert.Single(young.Runs).Id, Assert.Single(young.Young).Location));
        Assert.Single(_bench.Sql.Forgotten(10));
        Age();
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => new Collector(_bench.Sql, _store).Forget(Month, NoneRefused, stopped.Token));
        Assert.Single(_store.List());
        Assert.Equal([$"{run}/old.1-1"], Forget(Month).Locations.Select(l => l.Location));
        Assert.Empty(_bench.Sql.Forgotten(10));
    }

    [Fact]
    public void A_run_that_the_database_will_not_delete_holds_up_no_newer_one()
    {
        var (stuck, next) = (Run("stuck"), Run("next"));
        _bench.Clock.Advance(Month * 2);
        Age();
        using var hand = new SqliteConnection($"Data Source={_folder.At("root", "ledger.db")};Pooling=False");
        hand.Open();
        hand.Execute($"CREATE TRIGGER refuse BEFORE DELETE ON run WHEN OLD.id = '{stuck}' BEGIN SELECT RAISE(ABORT, 'not this one'); END");

        var refused = new List<(string Run, string Why)>();
        var forgot = new Collector(_bench.Sql, _store).Forget(Month, (run, error) => refused.Add((run.Id, error.Message)), CancellationToken.None);
        Assert.Equal([next], forgot.Runs.Select(r => r.Id));
        var (which, why) = Assert.Single(refused);
        Assert.Equal(stuck, which);
        Assert.Contains("not this one", why, StringComparison.Ordinal);
        Assert.Equal(stuck, Assert.Single(_bench.Ledger.List()).Id);
    }

    [Fact]
    public void A_collection_of_the_whole_store_leaves_no_place_to_look_at()
    {
        var run = Run("old");
        Age();
        Assert.Equal([run], Collect(Everything).Runs.Select(r => r.Id));
        Assert.Empty(_bench.Sql.Forgotten(10));
    }

    private Collected Forget(TimeSpan age) => new Collector(_bench.Sql, _store).Forget(age, NoneRefused, CancellationToken.None);

    private static void NoneRefused(RunSummary run, DbException error) => throw error;
}
