using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class LedgerCompliance
{
    [Fact]
    public void AResultUnderTheSameKeyStandsForTheStage()
    {
        var first = Bench.Submit(Plans.Clustered(3), "1");
        Bench.Do("base");
        var cluster = Bench.Do("cluster", fanOut: 2);
        Bench.Do("expert[0]");
        Bench.Do("expert[1]");
        Bench.Do("distill");

        var second = Bench.Submit(Plans.Clustered(3), "2");
        Assert.Null(Bench.TryClaim());
        var view = Bench.View(second);
        Assert.Equal(RunState.Succeeded, view.Summary.State);
        Assert.Equal(
            [StageState.Reused, StageState.Reused, StageState.Reused, StageState.Reused, StageState.Skipped, StageState.Reused],
            view.Stages.Select(s => s.State));
        Assert.Equal($"{first}/cluster", view.Stages[1].ReusedFrom);
        Assert.Equal((cluster.Key, 0), (view.Stages[1].Key, view.Stages[1].Attempts));
        Assert.Equal(Bench.Stage(first, "cluster").Output?.Location, view.Stages[1].Output?.Location);
        AssertHistory(Ledger, second);
    }

    [Fact]
    public void AChangedSettingReusesWhatComesBeforeIt()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")), "1");
        Bench.Do("a");
        Bench.Do("b");
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a") with { Settings = Plans.Settings("changed") }), "2");
        Bench.Claim("b");
        Assert.Equal(StageState.Reused, Bench.State(run, "a"));
    }

    [Fact]
    public void AnotherVersionOfTheExecutorIsAnotherKey()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a")), "1");
        Bench.Do("a");
        Bench.Submit(Plans.Graph(Plans.Node("a")), "2");
        Assert.NotNull(Bench.TryClaim(version: 2));
    }

    [Fact]
    public void AResultWhoseBytesAreGoneIsMadeAgain()
    {
        var first = Bench.Submit(Plans.Graph(Plans.Node("a")), "1");
        var done = Bench.Do("a");
        Bench.Gone.Add(Bench.Stage(first, "a").Output!.Location);
        var second = Bench.Submit(Plans.Graph(Plans.Node("a")), "2");
        var again = Bench.Do("a");
        Assert.Equal(done.Key, again.Key);
        Assert.Equal(second, Ledger.FindResult(done.Key)?.Run);
    }

    [Fact]
    public void WithoutTheCacheNothingIsReused()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a")), "1");
        Bench.Do("a");
        var run = Ledger.Submit(Plans.Submission(Plans.Graph(Plans.Node("a")), "2") with { NoCache = true });
        Bench.Do("a");
        Assert.Equal(StageState.Succeeded, Bench.State(run, "a"));
    }

    [Fact]
    public void OfTwoStagesWithOneKeyOneRunsAndTheOtherIsReused()
    {
        var first = Bench.Submit(Plans.Graph(Plans.Node("a")), "1");
        var second = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b")), "2");
        var running = Bench.Claim("a");
        Assert.Equal(first, running.Ticket.Run);
        Bench.Claim("b"); // passed over 'a' of the second run
        Assert.Null(Bench.TryClaim());
        Assert.Equal(StageState.Ready, Bench.State(second, "a"));
        Bench.Bell.Hear();
        Bench.Complete(running);
        Assert.Equal(1, Bench.Bell.Hear());
        Assert.Null(Bench.TryClaim());
        Assert.Equal(StageState.Reused, Bench.State(second, "a"));
    }

    [Fact]
    public void WhoWaitedForAKeyRunsItselfWhenTheOtherFails()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a")), "1");
        var second = Bench.Submit(Plans.Graph(Plans.Node("a")), "2");
        var running = Bench.Claim("a");
        Assert.Null(Bench.TryClaim());
        Ledger.Fail(running.Ticket, new Stages.Ports.AttemptFailure("no", Retryable: false));
        Assert.Equal(second, Bench.Claim("a").Ticket.Run);
    }

    [Fact]
    public void ARerunNeverReusesItsOwnResult()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        Bench.Do("a");
        Bench.Do("b");
        Ledger.Rerun(run, "a", dryRun: false);
        Bench.Do("a"); // the same bytes again: b's key is what it was
        Assert.Null(Bench.TryClaim());
        Assert.Equal(StageState.Reused, Bench.State(run, "b"));
        Assert.Equal($"{run}/b", Bench.Stage(run, "b").ReusedFrom);
        Ledger.Rerun(run, "a", dryRun: false);
        Bench.Do("a", "other bytes");
        Bench.Do("b");
        AssertHistory(Ledger, run);
    }
}
