using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class GateCompliance
{
    [Fact]
    public void CancellingTheRunEndsWhatWaits()
    {
        var run = Gated(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a"), Plans.Node("c")));
        Watch(run, "w");
        Ask(run, "a");
        Ask(run, "b");
        Ask(run, "c");
        var claim = Bench.Claim("a");
        Ledger.Cancel(run);
        Assert.Equal([("ask b", StageState.Cancelled), ("ask c", StageState.Cancelled)], HearAll().Select(e => (e.RequestId, e.State)));
        Assert.Equal(RunWish.Cancel, Ledger.Heartbeat(claim.Ticket, null));
        var rest = HearAll();
        Assert.Equal(["ask a", "w"], rest.Select(e => e.RequestId));
        Assert.All(rest, e => Assert.Equal(StageOutcome.Cancelled, e.Outcome));
        Assert.Empty(Ledger.OpenRequests());
    }

    [Fact]
    public void ACancelledRunAnswersInTheOrderOfThePlan()
    {
        // Waiting, ready, waiting: what they were before orders nothing.
        var run = Gated(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a"), Plans.Node("c"), Plans.Node("d", "b")));
        Ask(run, "d");
        Ask(run, "c");
        Ask(run, "b");
        Ledger.Cancel(run);
        Assert.Equal(["ask b", "ask c", "ask d"], HearAll().Select(e => e.RequestId));
    }

    [Fact]
    public void TheHistoryNamesTheRequestThatCancelledOrBroughtBack()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Ask(run, "a");
        Assert.True(Ledger.Withdraw("ask a", cancelRun: true));
        Ask(run, "a", "again", revive: true);
        Assert.Equal(
            [(RunWishEvent.Cancelled, "elsa, request ask a"), (RunWishEvent.Rerun, "elsa, request again")],
            Ledger.RunEvents(run).Select(e => (e.Event, e.Who)));
    }

    [Fact]
    public void ARequestThatWasUnderWayStartsNothingInACancelledRun()
    {
        var run = Gated(Plans.Graph(Plans.Node("a"), Plans.Node("b")));
        Ask(run, "b");
        Ledger.Fail(Bench.Claim().Ticket, new AttemptFailure("failed", Retryable: false));
        HearAll();
        Ledger.Cancel(run);
        Assert.Equal(new GateReply(GateEffect.Answered, RequestState.Answered), Ask(run, "a"));
        Assert.Equal(GateEffect.Answered, Ask(run, "b", "b again").Effect);
        Assert.Equal([StageState.Cancelled, StageState.Failed], HearAll().Select(e => e.State));
        Assert.Equal(RunState.Cancelled, Bench.RunState(run));
    }

    [Fact]
    public void ARequestThatMeansItBringsACancelledRunBack()
    {
        var run = Gated(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a"), Plans.Node("c")));
        Ledger.Cancel(run);
        Assert.Equal(new GateReply(GateEffect.Restarted, RequestState.Open), Ask(run, "a", revive: true));
        Assert.Equal((StageState.Ready, 2), (Bench.State(run, "a"), Bench.Stage(run, "a").Generation));
        Bench.Do("a");

        // The run is no longer cancelled: what still is, is done again for whoever asks.
        Assert.Equal(GateEffect.Opened, Ask(run, "b").Effect);
        Assert.Equal(GateEffect.Restarted, Ask(run, "c").Effect);
        Bench.Do("b");
        Bench.Do("c");
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        Assert.All(HearAll(), e => Assert.Equal(StageOutcome.Done, e.Outcome));
        LedgerCompliance.AssertHistory(Ledger, run);
    }

    [Fact]
    public void AWithdrawnRequestIsToldNothing()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Ask(run, "a", "1");
        Ask(run, "a", "2");
        Assert.True(Ledger.Withdraw("1", cancelRun: false));
        Assert.False(Ledger.Withdraw("1", cancelRun: false));
        Assert.False(Ledger.Withdraw("nobody's", cancelRun: true));
        Bench.Do("a");
        Assert.Equal("2", Assert.Single(HearAll()).RequestId);
        Assert.False(Ledger.Withdraw("2", cancelRun: true)); // it has its answer
        Assert.Equal(new GateReply(GateEffect.Known, RequestState.Withdrawn), Ask(run, "a", "1"));
        Assert.Empty(HearAll());
    }

    [Fact]
    public void WhatIsOnItsWayIsCalledBack()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Ask(run, "a");
        Bench.Do("a");
        var taken = Assert.Single(Ledger.Take(TakeAll));
        Assert.True(Ledger.Withdraw("ask a", cancelRun: false));
        Assert.Empty(Ledger.Undelivered());
        Ledger.Acknowledge([taken.Delivery]); // too late to matter
        Assert.Equal(RequestState.Withdrawn, StateOf("ask a"));
    }

    [Fact]
    public void TheLastToLeaveMayCancelTheRun()
    {
        var run = Gated(Plans.Graph(Plans.Node("a"), Plans.Node("b")));
        Ask(run, "a");
        Watch(run, "w");
        Assert.True(Ledger.Withdraw("ask a", cancelRun: true));
        Assert.Equal(RunState.Running, Bench.RunState(run));
        Assert.Equal(StageState.Ready, Bench.State(run, "a")); // its gate stays open
        Assert.True(Ledger.Withdraw("w", cancelRun: true));
        Assert.Equal(RunState.Cancelled, Bench.RunState(run));
        Assert.Empty(HearAll());
    }

    [Fact]
    public void AFanOutIsOverWhenItsInstanceIs()
    {
        var run = Gated(Plans.Fan(20));
        Ask(run, "base");
        Bench.Do("base");
        for (var i = 0; i < 20; i++)
            Ask(run, $"work[{i}]");
        Bench.Do("work[0]");
        foreach (var request in Ledger.OpenRequests(run))
            Ledger.Withdraw(request.RequestId, cancelRun: true);
        Assert.Equal(RunState.Cancelled, Bench.RunState(run));
        Assert.Empty(Ledger.OpenRequests());
        Assert.Empty(Ledger.Undelivered());
    }
}
