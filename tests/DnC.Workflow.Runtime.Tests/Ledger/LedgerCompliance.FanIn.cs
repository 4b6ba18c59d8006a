using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class LedgerCompliance
{
    [Fact]
    public void AJoinBecomesReadyWithItsLastInput()
    {
        var run = Bench.Submit(Plans.Fan(3));
        Bench.Do("base");
        Bench.Do("work[0]");
        Bench.Do("work[1]");
        Assert.Equal(StageState.Waiting, Bench.State(run, "join"));
        Bench.Bell.Hear();
        Bench.Do("work[2]");
        Assert.Equal(StageState.Ready, Bench.State(run, "join"));
        Assert.Equal(1, Bench.Bell.Hear());
        Bench.Do("join");
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        Assert.Equal(Bench.Clock.GetUtcNow(), Bench.View(run).Summary.Ended);
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void AFanOutRingsForEverySlotButNotForEveryStage()
    {
        Bench.Submit(Plans.Fan(200));
        Bench.Bell.Hear();
        Bench.Do("base");
        Assert.InRange(Bench.Bell.Hear(), 2, 64);
    }

    [Fact]
    public void StagesOfClustersThatDoNotExistAreSkippedAndLeftOut()
    {
        var run = Bench.Submit(Plans.Clustered(4));
        Bench.Do("base");
        Bench.Do("cluster", fanOut: 2);
        Assert.Equal(StageState.Ready, Bench.State(run, "expert[1]"));
        Assert.Equal(StageState.Skipped, Bench.State(run, "expert[2]"));
        Assert.Equal(StageState.Skipped, Bench.State(run, "expert[3]"));
        Bench.Do("expert[0]");
        Bench.Do("expert[1]");
        var distill = Bench.Claim("distill");
        Assert.Equal(["base", "expert[0]", "expert[1]"], distill.Inputs.Keys.Order());
        Bench.Complete(distill);
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void ANestedFanOutOfASkippedStageIsSkippedWithIt()
    {
        var run = Bench.Submit(Plans.Graph(
            Plans.Node("cluster"),
            Plans.Node("sub", "cluster") with { FanOutOf = "cluster", Index = 1 },
            Plans.Node("leaf", "sub") with { FanOutOf = "sub", Index = 0 },
            Plans.Node("end", "leaf")));
        Bench.Do("cluster", fanOut: 1);
        Assert.Equal(StageState.Skipped, Bench.State(run, "sub"));
        Assert.Equal(StageState.Skipped, Bench.State(run, "leaf"));
        Assert.Empty(Bench.Claim("end").Inputs);
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void AFailureLeavesDependantsWaitingAndSiblingsRunning()
    {
        var run = Bench.Submit(Plans.Fan(2));
        Bench.Do("base");
        var bad = Bench.Claim("work[0]");
        var good = Bench.Claim("work[1]");
        Ledger.Fail(bad.Ticket, new AttemptFailure("the images are no images", Retryable: false));
        Assert.Equal(StageState.Running, Bench.State(run, "work[1]"));
        Assert.Equal(RunState.Running, Bench.RunState(run));
        Bench.Complete(good);
        Assert.Equal(StageState.Waiting, Bench.State(run, "join"));
        Assert.Equal(RunState.Failed, Bench.RunState(run));
        Assert.Equal("the images are no images", Bench.Stage(run, "work[0]").Error);
    }

    [Fact]
    public void ResultsAreFoundByKey()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var claim = Bench.Claim();
        Assert.Null(Ledger.FindResult(claim.Key));
        Bench.Complete(claim, fanOut: 3);
        var result = Ledger.FindResult(claim.Key);
        Assert.NotNull(result);
        Assert.Equal((run, "a", 3), (result.Run, result.Stage, result.Result.FanOut));
        Assert.Equal(0.5, result.Result.Metrics.GetProperty("loss").GetDouble());
        Assert.Equal("a:same/out", result.Output.Find("out")?.Digest);
        Assert.Equal(0.5, Bench.Stage(run, "a").Metrics?.GetProperty("loss").GetDouble());
    }

    [Fact]
    public void AnAuditOfASoundLedgerFindsNothing()
    {
        Bench.Submit(Plans.Clustered(3));
        Assert.Equal(0, Bench.Pass().Repaired);
        Bench.Do("base");
        Bench.Do("cluster", fanOut: 2);
        Bench.Claim("expert[0]");
        Bench.Clock.Advance(Bench.Lease.Audit);
        Assert.Equal(0, Bench.Pass().Repaired);
    }
}
