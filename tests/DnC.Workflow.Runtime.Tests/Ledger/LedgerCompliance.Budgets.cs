using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class LedgerCompliance
{
    private static readonly AttemptFailure Mishap = new("the disk was full", Retryable: true);

    [Fact]
    public void AFailureWaitsItsDelayAndIsRungForByTime()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")), retry: new RetryPolicy { FirstDelay = TimeSpan.FromSeconds(8) });
        Bench.Jitter = 0.5; // a delay between half and all of 8 s: 6 s
        var claim = Bench.Claim();
        Bench.Bell.Hear();
        Assert.True(Ledger.Fail(claim.Ticket, Mishap));
        Assert.Equal((StageState.Ready, "the disk was full"), (Bench.State(run, "a"), Bench.Stage(run, "a").Error));
        Assert.Equal(0, Bench.Bell.Hear());

        Bench.Clock.Advance(TimeSpan.FromSeconds(5.9));
        Assert.Null(Bench.TryClaim());
        Assert.Equal(0, Bench.Pass().Rung);
        Bench.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1, Bench.Pass().Rung);
        Assert.Equal(2, Bench.Claim().Attempt);
    }

    [Fact]
    public void TheFailureBudgetEnds()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")), retry: new RetryPolicy { MaxFailures = 3 });
        for (var i = 1; i <= 3; i++)
        {
            Ledger.Fail(Bench.Claim().Ticket, Mishap);
            Assert.Equal(i < 3 ? StageState.Ready : StageState.Failed, Bench.State(run, "a"));
            Bench.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        Assert.Equal(RunState.Failed, Bench.RunState(run));
        Assert.Null(Bench.TryClaim());
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void WhatNoRetryMendsFailsAtOnce()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        Ledger.Fail(Bench.Claim().Ticket, Mishap with { Retryable = false });
        Assert.Equal(StageState.Failed, Bench.State(run, "a"));
    }

    [Fact]
    public void AnAttemptThatWaitedForADeviceHasLostNothing()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")), retry: new RetryPolicy { MaxLossesWithoutProgress = 2 });
        for (var i = 0; i < 5; i++)
        {
            Ledger.Heartbeat(Bench.Claim().Ticket, new StageProgress(0, 0, Phase: "waits for cuda:0") { Waits = true });
            Bench.ExpireLeases();
            Assert.Equal(StageState.Ready, Bench.State(run, "a"));
        }

        for (var i = 0; i < 2; i++)
        {
            Ledger.Heartbeat(Bench.Claim().Ticket, new StageProgress(0, 0));
            Bench.ExpireLeases();
        }

        Assert.Equal(StageState.Failed, Bench.State(run, "a"));
    }

    [Fact]
    public void AnExpiredLeaseMakesReadyWithoutAFailure()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")), retry: new RetryPolicy { MaxFailures = 1 });
        var lost = Bench.Claim();
        Bench.ExpireLeases();
        Assert.Equal(StageState.Ready, Bench.State(run, "a"));
        Assert.Equal(RunWish.Lost, Ledger.Heartbeat(lost.Ticket, null));
        Assert.Equal(2, Bench.Claim().Attempt);
        Assert.Contains(Ledger.Events(run), e => e.Event == StageEvent.LeaseExpired && e.Worker == "w1");
    }

    [Fact]
    public void AHeartbeatKeepsTheClaim()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var claim = Bench.Claim();
        for (var i = 0; i < 20; i++)
        {
            Bench.Clock.Advance(Bench.Lease.Heartbeat);
            Assert.Equal(RunWish.GoOn, Ledger.Heartbeat(claim.Ticket, null));
            Bench.Pass();
        }

        Assert.Equal(StageState.Running, Bench.State(run, "a"));
    }

    [Fact]
    public void WhoWasAwayItselfExpiresNothingForOneLease()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var claim = Bench.Claim();
        Bench.ExpireLeases();
        claim = Bench.Claim();
        Bench.Pass();
        Bench.Clock.Advance(TimeSpan.FromHours(1)); // the machine slept, and the worker on it with it
        Assert.Equal(0, Bench.Pass().Expired);
        Assert.Equal(RunWish.GoOn, Ledger.Heartbeat(claim.Ticket, null));
        Assert.Equal(StageState.Running, Bench.State(run, "a"));
    }

    [Fact]
    public void AFreshProcessExpiresNothingForOneLease()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a")));
        Bench.Claim();
        Bench.Clock.Advance(TimeSpan.FromMinutes(1));
        using var fresh = Open(Bench.Parts());
        Assert.Equal(0, fresh.Reconcile(Request()).Expired);
        for (var i = 0; i < 10; i++)
        {
            Bench.Clock.Advance(Bench.Lease.Pass);
            Assert.Equal(i == 9 ? 1 : 0, fresh.Reconcile(Request()).Expired);
        }

        ReconcileRequest Request() => new() { Slots = new Dictionary<string, int>(StringComparer.Ordinal), PendingRings = Bench.Bell.Pending };
    }

    [Fact]
    public void TheClaimsOfTheDeadAreTakenOverAtOnce()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b")));
        Bench.Claim("a", "old");
        Bench.Claim("b", "new");
        Bench.Dead.Add("old");
        Assert.Equal(1, Bench.Pass().Expired);
        Assert.Equal(StageState.Ready, Bench.State(run, "a"));
        Assert.Equal(StageState.Running, Bench.State(run, "b"));
    }

    [Fact]
    public void FiveLossesInARowWithoutProgressArePoison()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(StageState.Ready, Bench.State(run, "a"));
            Bench.Claim("a", $"w{i}");
            Bench.ExpireLeases();
        }

        var stage = Bench.Stage(run, "a");
        Assert.Equal(StageState.Failed, stage.State);
        Assert.Contains("Poison", stage.Error, StringComparison.Ordinal);
        Assert.Contains("'w5'", stage.Error, StringComparison.Ordinal);
        Assert.Contains("1-5", stage.Error, StringComparison.Ordinal);
        Assert.Equal(RunState.Failed, Bench.RunState(run));
        Assert.Equal(5, Ledger.Attempts(run).Count);
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void LossesWithProgressCostNothing()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")), retry: new RetryPolicy { MaxLossesWithoutProgress = 2 });
        for (var i = 1; i <= 10; i++)
        {
            // Every second attempt gets on; the other comes from where it was.
            var claim = Bench.Claim();
            if (i % 2 == 0)
                Ledger.Checkpoint(claim.Ticket, new CheckpointRef($"c/{i}", i));
            else if (claim.Resume is { } resume)
                Ledger.Checkpoint(claim.Ticket, resume); // the same step again is no progress
            Ledger.Release(claim.Ticket, "preempted");
            Assert.Equal(StageState.Ready, Bench.State(run, "a"));
        }
    }

    [Fact]
    public void PreemptionsWithoutProgressArePoisonToo()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")), retry: new RetryPolicy { MaxLossesWithoutProgress = 2 });
        Ledger.Release(Bench.Claim().Ticket, "preempted");
        Ledger.Release(Bench.Claim().Ticket, "preempted");
        Assert.Equal(StageState.Failed, Bench.State(run, "a"));
    }

    [Fact]
    public void AMachinesFaultCostsNothingAndTheStageIsLeftToOthers()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")), retry: new RetryPolicy { MaxLossesWithoutProgress = 2 });
        for (var i = 1; i <= 5; i++)
        {
            Assert.True(Ledger.Release(Bench.Claim().Ticket, "no images here", blameless: true));
            Assert.Equal(StageState.Ready, Bench.State(run, "a"));
        }

        Assert.Equal(0, Bench.Stage(run, "a").Attempts - 5);
        Assert.Null(Bench.TryClaim(avoided: [(run, "noop"), ("another", "noop")]));
        Assert.NotNull(Bench.TryClaim(avoided: [(run, "another"), ("another", "noop")]));
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void GoingOnGivesFreshBudgetsInTheSameGenerationFromTheCheckpoint()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")), retry: new RetryPolicy { MaxFailures = 2 });
        var claim = Bench.Claim();
        Ledger.Checkpoint(claim.Ticket, new CheckpointRef("c/7", 7));
        Ledger.Fail(claim.Ticket, Mishap);
        Bench.Clock.Advance(TimeSpan.FromMinutes(5));
        Ledger.Fail(Bench.Claim().Ticket, Mishap);
        Assert.Equal(RunState.Failed, Bench.RunState(run));
        Bench.Bell.Hear();

        Ledger.Continue(run);
        Assert.InRange(Bench.Bell.Hear(), 1, 2);
        Assert.Equal(RunState.Running, Bench.RunState(run));
        Assert.Null(Bench.View(run).Summary.Ended);
        var third = Bench.Claim("a");
        Assert.Equal((1, 3, 7L), (third.Generation, third.Attempt, third.Resume?.Step));
        Ledger.Fail(third.Ticket, Mishap);
        Ledger.Continue(run); // and what was waiting for its retry need not wait
        Bench.Do("a");
        Bench.Do("b");
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void AStageThatNobodyClaimsInTimeFails()
    {
        var limited = Plans.Node("a") with { Options = new StageOptions { QueueTimeoutMinutes = 2 } };
        var run = Bench.Submit(Plans.Graph(limited));
        Bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Ledger.Pause(run, paused: true);
        Bench.Clock.Advance(TimeSpan.FromMinutes(10));
        Bench.Pass();
        Ledger.Pause(run, paused: false); // waiting was not its fault: the time starts again
        Bench.Elapse(TimeSpan.FromMinutes(1.9));
        Assert.Equal(StageState.Ready, Bench.State(run, "a"));
        Bench.Elapse(TimeSpan.FromMinutes(0.1));
        Assert.Equal(StageState.Failed, Bench.State(run, "a"));
        Assert.Contains("'cpu'", Bench.Stage(run, "a").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeInWhichNobodyCouldClaimIsNoTimeInTheQueue()
    {
        var limited = Plans.Node("a") with { Options = new StageOptions { QueueTimeoutMinutes = 2 } };
        var run = Bench.Submit(Plans.Graph(limited));
        Bench.Elapse(TimeSpan.FromMinutes(1));
        Bench.Clock.Advance(TimeSpan.FromMinutes(30)); // the database was away, or every engine
        Bench.Elapse(TimeSpan.FromMinutes(0.9));
        Assert.Equal(StageState.Ready, Bench.State(run, "a"));
        Bench.Elapse(TimeSpan.FromMinutes(0.2));
        Assert.Equal(StageState.Failed, Bench.State(run, "a"));
    }

    [Fact]
    public void TimeBehindTheSameWorkIsNoTimeInTheQueue()
    {
        var limited = Plans.Node("a") with { Options = new StageOptions { QueueTimeoutMinutes = 2 } };
        Bench.Submit(Plans.Graph(limited), "first");
        var held = Bench.Submit(Plans.Graph(limited), "second");
        var claim = Bench.Claim("a");
        Assert.Null(Bench.TryClaim());
        Bench.Elapse(TimeSpan.FromMinutes(10), () => Ledger.Heartbeat(claim.Ticket, progress: null));
        Ledger.Fail(claim.Ticket, Mishap with { Retryable = false });
        Bench.Elapse(TimeSpan.FromMinutes(1.9));
        Assert.Equal(StageState.Ready, Bench.State(held, "a"));
        Bench.Elapse(TimeSpan.FromMinutes(0.2));
        Assert.Equal(StageState.Failed, Bench.State(held, "a"));
    }

    [Fact]
    public void APassRingsOnlyWhereNothingRings()
    {
        Bench.Submit(Plans.Fan(50));
        Bench.Do("base");
        Assert.Equal(0, Bench.Pass().Rung);
        Bench.Bell.Hear(); // and lost
        Assert.Equal(1, Bench.Pass().Rung);
        Assert.Equal(4, Bench.Bell.Hear()); // twice the slots
    }
}
