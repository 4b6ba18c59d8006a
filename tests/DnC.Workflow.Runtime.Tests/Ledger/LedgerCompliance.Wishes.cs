using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class LedgerCompliance
{
    [Fact]
    public void CancellingEndsWhatWaitsAtOnceAndWhatRunsAtItsHeartbeat()
    {
        var run = Bench.Submit(Plans.Fan(2));
        Bench.Do("base");
        var running = Bench.Claim("work[0]");
        Ledger.Cancel(run);
        Assert.Equal(
            [StageState.Succeeded, StageState.Running, StageState.Cancelled, StageState.Cancelled], Bench.View(run).Stages.Select(s => s.State));
        Assert.Equal(RunState.Cancelled, Bench.RunState(run));
        Assert.Null(Bench.View(run).Summary.Ended);
        Assert.Null(Bench.TryClaim());

        Assert.Equal(RunWish.Cancel, Ledger.Heartbeat(running.Ticket, null));
        Assert.Equal(StageState.Cancelled, Bench.State(run, "work[0]"));
        Assert.NotNull(Bench.View(run).Summary.Ended);
        Assert.Equal(RunWish.Lost, Ledger.Heartbeat(running.Ticket, null));
        Assert.False(Ledger.Release(running.Ticket, "cancelled"));
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void WhatIsWantedOfARunIsRememberedInItsPlaceAmongTheEventsOfItsStages()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        Ledger.Pause(run, paused: true);
        Ledger.Pause(run, paused: true);
        Ledger.Pause(run, paused: false);
        Bench.Do("a");
        Ledger.Continue(run);
        Bench.Do("b");
        Ledger.Rerun(run, "a", dryRun: true);
        Ledger.Rerun(run, "a", dryRun: false);
        Ledger.Cancel(run, "workflow 7");
        Ledger.Cancel(run);

        var (wishes, events) = (Ledger.RunEvents(run), Ledger.Events(run));
        var me = Bench.Parts().Who;
        Assert.Equal(
            [(RunWishEvent.Paused, me, null), (RunWishEvent.Unpaused, me, null), (RunWishEvent.Continued, me, null), (RunWishEvent.Rerun, me, "a"), (RunWishEvent.Cancelled, "workflow 7", (string?)null)],
            wishes.Select(w => (w.Event, w.Who, w.Detail)));
        Assert.Matches(".@.", me);
        Assert.Equal(0, events.Count(e => e.Sequence <= wishes[0].After && e.Event != StageEvent.InputsComplete));
        Assert.Equal(("a", StageEvent.Completed), events.Where(e => e.Sequence <= wishes[2].After).Select(e => (e.Stage, e.Event)).Last(e => e.Stage == "a"));
        Assert.Equal(StageEvent.Rerun, events.First(e => e.Sequence > wishes[3].After).Event);
        Assert.Equal(StageEvent.RunCancelled, events.First(e => e.Sequence > wishes[4].After).Event);
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void WhatWasWantedIsForgottenWithItsRun()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        Bench.Do("a");
        Ledger.Rerun(run, "a", dryRun: false);
        Bench.Do("a");
        Assert.Single(Ledger.RunEvents(run));
        Assert.True(((SqlLedger)Ledger).Forget(run));
        Assert.Empty(Ledger.RunEvents(run));
    }

    [Theory]
    [InlineData("release")]
    [InlineData("fail")]
    [InlineData("input lost")]
    [InlineData("expire")]
    public void HoweverAnAttemptOfACancelledRunEndsItIsCancelled(string how)
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        Bench.Do("a");
        var claim = Bench.Claim("b");
        Ledger.Cancel(run);
        switch (how)
        {
            case "release": Assert.True(Ledger.Release(claim.Ticket, "stopped")); break;
            case "fail": Assert.True(Ledger.Fail(claim.Ticket, Mishap)); break;
            case "input lost": Assert.True(Ledger.InputLost(claim.Ticket, "a", "gone")); break;
            default: Bench.ExpireLeases(); break;
        }

        Assert.Equal(StageState.Cancelled, Bench.State(run, "b"));
        Assert.Equal(StageState.Succeeded, Bench.State(run, "a"));
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void AResultThatComesAfterTheCancelIsKept()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        var claim = Bench.Claim();
        Ledger.Cancel(run);
        Bench.Complete(claim);
        Assert.Equal(StageState.Succeeded, Bench.State(run, "a"));
        Assert.Equal(StageState.Cancelled, Bench.State(run, "b"));
        Assert.NotNull(Ledger.FindResult(claim.Key));
    }

    [Fact]
    public void ARunWhoseLastStageEndedWellAllTheSameHasSucceeded()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var claim = Bench.Claim();
        Ledger.Cancel(run);
        Assert.Equal(RunState.Cancelled, Bench.RunState(run));
        Bench.Complete(claim);
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        Ledger.Continue(run); // refused only where it was cancelled
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void CancellingTwiceOrAfterTheEndChangesNothing()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        Bench.Do("a");
        Ledger.Cancel(run);
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        var other = Bench.Submit(Plans.Fan(1), "2");
        Ledger.Cancel(other);
        var events = Ledger.Events(other).Count;
        Ledger.Cancel(other);
        Assert.Equal(events, Ledger.Events(other).Count);
    }

    [Fact]
    public void AFailedRunCanBeCancelled()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        Ledger.Fail(Bench.Claim().Ticket, Mishap with { Retryable = false });
        Ledger.Cancel(run);
        Assert.Equal((RunState.Cancelled, StageState.Failed, StageState.Cancelled), (Bench.RunState(run), Bench.State(run, "a"), Bench.State(run, "b")));
        Assert.Throws<UserInputException>(() => Ledger.Continue(run));
    }

    [Fact]
    public void APausedRunClaimsNothingAndReleasesAtItsHeartbeat()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b")), retry: new RetryPolicy { MaxLossesWithoutProgress = 1 });
        var running = Bench.Claim("a");
        Ledger.Pause(run, paused: true);
        Assert.Equal(RunState.Paused, Bench.RunState(run));
        Assert.Null(Bench.TryClaim());
        Assert.Equal(0, Bench.Pass().Rung);
        Assert.Equal(RunWish.Pause, Ledger.Heartbeat(running.Ticket, null));
        Assert.True(Ledger.Release(running.Ticket, "paused")); // a person's wish costs no budget
        Assert.Equal(StageState.Ready, Bench.State(run, "a"));
        Bench.Bell.Hear();
        Ledger.Pause(run, paused: false);
        Assert.Equal(2, Bench.Bell.Hear());
        Assert.Equal(RunState.Running, Bench.RunState(run));
        Bench.Claim();
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void APausedRunThatEndsHasEnded()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var claim = Bench.Claim();
        Ledger.Pause(run, paused: true);
        Bench.Complete(claim);
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
    }

    [Fact]
    public void GoingOnUnpauses()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        Ledger.Pause(run, paused: true);
        Ledger.Continue(run);
        Bench.Claim("a");
        Assert.Equal(RunState.Running, Bench.RunState(run));
    }
}
