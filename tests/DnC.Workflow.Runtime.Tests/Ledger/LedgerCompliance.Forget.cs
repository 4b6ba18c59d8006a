using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class LedgerCompliance
{
    [Fact]
    public void A_run_that_is_forgotten_leaves_nothing_and_its_results_are_given_to_nobody()
    {
        var run = Bench.Submit(Plans.Fan(2));
        Do("base", "work[0]", "work[1]", "join");
        var key = Bench.Stage(run, "base").Key!;
        var other = Bench.Submit(Plans.Graph(Plans.Node("alone")), "other");
        Assert.NotNull(Ledger.FindResult(key));

        Assert.True(Bench.Sql.Forget(run));
        Assert.Equal([other], Ledger.List().Select(r => r.Id));
        Assert.Null(Ledger.Find(run));
        Assert.Null(Ledger.FindResult(key));
        Assert.Empty(Ledger.Events(run));
        Assert.Empty(Ledger.Attempts(run));
        Assert.Empty(Bench.Sql.References([]).Named);
        Assert.True(Bench.Sql.Forget(run));

        // The same work is done again, and the other run goes on.
        Bench.Do("alone");
        var again = Bench.Submit(Plans.Fan(2), "again");
        Bench.Do("base");
        Assert.Equal(StageState.Succeeded, Bench.State(again, "base"));
    }

    [Fact]
    public void A_run_that_has_not_ended_is_not_forgotten()
    {
        var run = Bench.Submit(Plans.Fan(1));
        Assert.False(Bench.Sql.Forget(run));
        var claim = Bench.Claim("base");
        Assert.False(Bench.Sql.Forget(run));
        Ledger.Cancel(run);

        // Its wish is cancelled, and its stage is still running.
        Assert.False(Bench.Sql.Forget(run));
        Assert.True(Ledger.Release(claim.Ticket, "cancelled"));
        Assert.True(Bench.Sql.Forget(run));
    }

    [Fact]
    public void A_result_that_another_run_reuses_passes_to_it()
    {
        var first = Bench.Submit(Plans.Fan(1));
        Do("base", "work[0]", "join");
        var second = Bench.Submit(Plans.Fan(1), "second");
        Assert.Null(Bench.TryClaim());
        Assert.Equal(RunState.Succeeded, Bench.RunState(second));
        var (key, location) = (Bench.Stage(second, "base").Key!, Bench.Stage(second, "base").Output!.Location);

        Assert.True(Bench.Sql.Forget(first));
        Assert.Equal((second, "base"), (Ledger.FindResult(key)!.Run, Ledger.FindResult(key)!.Stage));
        Assert.True(Bench.Sql.References([]).Needs(location));
        Assert.False(Bench.Sql.References([second]).Needs(location));

        Assert.True(Bench.Sql.Forget(second));
        Assert.Null(Ledger.FindResult(key));
        Assert.False(Bench.Sql.References([]).Needs(location));
    }

    [Fact]
    public void What_the_ledger_leads_to_is_named_whatever_attempt_is_running_or_past()
    {
        var run = Bench.Submit(Plans.Fan(1));
        var done = Bench.Do("base");
        var claim = Bench.Claim("work[0]");
        var attempt = Locations.OfAttempt(run, "work[0]", claim.Generation, claim.Attempt);
        Assert.True(Ledger.Checkpoint(claim.Ticket, new CheckpointRef(Locations.Checkpoint(attempt, "5"), 5)));

        var now = Bench.Sql.References([]);
        Assert.True(now.Needs(LedgerBench.OutputOf(done, "same").Location));
        Assert.True(now.Needs(Locations.Checkpoint(attempt, "5")));
        Assert.True(now.Needs(attempt));
        Assert.True(now.Needs(attempt + ".part"));
        Assert.True(now.Needs(Locations.Checkpoint(attempt, "6")));
        Assert.False(now.Needs(attempt + "0"));
        Assert.True(now.Needs(Locations.Log(Locations.OfAttempt(run, "base", 1, 1))));
        Assert.False(now.Needs(Locations.Log(Locations.OfAttempt("another", "base", 1, 1))));

        // Released: what it named stays, what it only sealed can never be named any more.
        Assert.True(Ledger.Release(claim.Ticket, "stopped"));
        var after = Bench.Sql.References([]);
        Assert.True(after.Needs(Locations.Checkpoint(attempt, "5")));
        Assert.False(after.Needs(Locations.Checkpoint(attempt, "6")));
        Assert.False(after.Needs(attempt));
        Assert.Empty(Bench.Sql.References([run]).Named);
    }

    [Fact]
    public void A_run_that_went_on_since_it_was_listed_is_not_forgotten()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        Bench.Do("a");
        var listed = Assert.Single(Ledger.List()).Ended;
        Bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Ledger.Rerun(run, "a", dryRun: false);
        Bench.Do("a", "another");
        Assert.False(Bench.Sql.Forget(run, listed));
        Assert.Equal(StageState.Succeeded, Bench.State(run, "a"));
        AssertHistory(Ledger, run);
        Assert.True(Bench.Sql.Forget(run, Assert.Single(Ledger.List()).Ended));
    }

    [Fact]
    public void A_long_history_goes_to_its_last_row()
    {
        const int wide = 700;
        var run = Bench.Submit(Plans.Fan(wide));
        Do(["base", .. Enumerable.Range(0, wide).Select(i => $"work[{i}]"), "join"]);
        Assert.True(Ledger.Events(run).Count > SqlLedger.Bite);
        Assert.True(Bench.Sql.Forget(run));
        Assert.All(["event", "attempt", "edge", "stage", "result", "run", "claim"], table => Assert.Equal(0L, Rows(table)));
    }

    [Fact]
    public void Where_a_forgotten_run_led_to_is_remembered_until_it_was_looked_at()
    {
        var first = Bench.Submit(Plans.Fan(1));
        Do("base", "work[0]", "join");
        var second = Bench.Submit(Plans.Fan(1), "second");
        Assert.Null(Bench.TryClaim());
        Assert.Empty(Bench.Sql.Forgotten(10));

        Bench.Sql.Forget(first);
        var place = Assert.Single(Bench.Sql.Forgotten(10));
        Assert.Equal(Locations.OfRun(first), place.Place);
        Bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Bench.Sql.Forget(second);
        Assert.Equal(new[] { Locations.OfRun(first), Locations.OfRun(second) }.Order(StringComparer.Ordinal), Bench.Sql.Forgotten(10).Select(p => p.Place).Order(StringComparer.Ordinal));

        // The one that was looked at before it was named again is to be looked at again.
        Bench.Sql.Settle([place]);
        Assert.Equal(2, Bench.Sql.Forgotten(10).Count);
        Bench.Sql.Settle(Bench.Sql.Forgotten(1));
        Assert.Single(Bench.Sql.Forgotten(10));
    }

    [Fact]
    public void Every_hour_it_is_the_turn_of_one_engine_to_forget()
    {
        using var other = Open(Bench.Parts());
        Assert.Equal((true, false, false), (other.TakesTurnToForget(), Bench.Sql.TakesTurnToForget(), other.TakesTurnToForget()));
        Bench.Clock.Advance(Bench.Lease.Forget - TimeSpan.FromMilliseconds(1));
        Assert.False(other.TakesTurnToForget());
        Bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((true, false), (Bench.Sql.TakesTurnToForget(), other.TakesTurnToForget()));
    }

    /// <summary>All rows of a table.</summary>
    protected abstract long Rows(string table);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_a_stage_was_is_needed_until_it_is_done_or_reused(bool reused)
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var claim = Bench.Claim("a");
        var checkpoint = Locations.Checkpoint(Locations.OfAttempt(run, "a", claim.Generation, claim.Attempt), "5");
        Assert.True(Ledger.Checkpoint(claim.Ticket, new CheckpointRef(checkpoint, 5)));
        Assert.True(Ledger.Release(claim.Ticket, "stopped"));
        Assert.True(Bench.Sql.References([]).Needs(checkpoint));
        if (reused)
        {
            var other = Bench.Submit(Plans.Graph(Plans.Node("a")), "other");
            Bench.Complete(Bench.TryClaim(onlyRun: other)!);
            Assert.Null(Bench.TryClaim());
        }
        else
        {
            var again = Bench.Claim("a");
            Assert.Equal(checkpoint, again.Resume?.Location);
            Assert.True(Bench.Sql.References([]).Needs(checkpoint));
            Bench.Complete(again);
        }

        Assert.Equal(reused ? StageState.Reused : StageState.Succeeded, Bench.State(run, "a"));
        Assert.False(Bench.Sql.References([]).Needs(checkpoint));
    }

    private void Do(params string[] stages)
    {
        foreach (var stage in stages)
            Bench.Do(stage);
    }
}
