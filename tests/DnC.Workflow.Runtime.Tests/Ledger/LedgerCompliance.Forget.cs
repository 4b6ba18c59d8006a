using DnC.Workflow.Runtime.Artifacts;
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

    private void Do(params string[] stages)
    {
        foreach (var stage in stages)
            Bench.Do(stage);
    }
}
