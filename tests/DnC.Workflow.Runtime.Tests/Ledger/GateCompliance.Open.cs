using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class GateCompliance
{
    [Fact]
    public void AStageWaitsForItsInputsAndItsGate()
    {
        var run = Gated(Plans.Fan(2));
        Assert.True(Bench.View(run).Summary.Gated);
        Assert.Null(Bench.TryClaim());
        Assert.Equal(RunState.Running, Bench.RunState(run));
        Assert.Equal(new GateReply(GateEffect.Opened, RequestState.Open), Ask(run, "base"));
        Assert.Equal(StageState.Ready, Bench.State(run, "base"));
        Bench.Do("base");
        Assert.Equal(StageState.Waiting, Bench.State(run, "work[0]"));

        // The join's gate is open long before its inputs are there, and that opens nothing.
        Assert.Equal(GateEffect.Opened, Ask(run, "join").Effect);
        Assert.Equal(StageState.Waiting, Bench.State(run, "join"));
        Bench.Bell.Hear();
        Ask(run, "work[0]");
        Assert.Equal(1, Bench.Bell.Hear());
        Ask(run, "work[1]");
        Bench.Do("work[0]");
        Bench.Do("work[1]");
        Bench.Do("join");
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        Assert.Equal(["ask base", "ask work[0]", "ask work[1]", "ask join"], HearAll().Select(e => e.RequestId));
        LedgerCompliance.AssertHistory(Ledger, run);
    }

    [Fact]
    public void ARunThatIsNotGatedNeedsNoRequest()
    {
        var run = Bench.Submit(Plans.Fan(1));
        Assert.False(Bench.Stage(run, "base").GateShut);
        Assert.Equal(GateEffect.Attached, Ask(run, "base").Effect);
        Bench.Do("base");
        Assert.Equal("ask base", Assert.Single(HearAll()).RequestId);
    }

    [Fact]
    public void TheSameRequestNeverDoesAnythingTwice()
    {
        var run = Gated(Plans.Fan(1));
        Ask(run, "base", "r");
        Assert.Equal(new GateReply(GateEffect.Known, RequestState.Open), Ask(run, "base", "r"));
        Ledger.Fail(Bench.Claim().Ticket, new AttemptFailure("bad images", Retryable: false));
        Assert.Equal(new GateReply(GateEffect.Known, RequestState.Answered), Ask(run, "base", "r"));
        Assert.Equal(StageState.Failed, Bench.State(run, "base"));
        Assert.Single(HearAll());
        Assert.Equal(new GateReply(GateEffect.Known, RequestState.Delivered), Ask(run, "base", "r", ifEnded: IfEnded.StartOver, revive: true));
        Assert.Equal((StageState.Failed, 1), (Bench.State(run, "base"), Bench.Stage(run, "base").Generation));
        Assert.Empty(HearAll());
    }

    [Fact]
    public void EightThreadsWithOneRequestAskOnce()
    {
        var run = Gated(Plans.Fan(1));
        Ask(run, "base", "first");
        Ledger.Fail(Bench.Claim().Ticket, new AttemptFailure("bad images", Retryable: false));
        HearAll();
        var effects = new System.Collections.Concurrent.ConcurrentBag<GateEffect>();
        var threads = Enumerable.Range(0, 8).Select(i => new Thread(() =>
        {
            using var ledger = Open(Bench.Parts());
            effects.Add(ledger.OpenGate(new GateRequest { Run = run, Stage = "base", RequestId = "second", Listener = "elsa", IfEnded = IfEnded.StartOver }).Effect);
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal(7, effects.Count(e => e == GateEffect.Known));
        Assert.Equal(1, effects.Count(e => e == GateEffect.Restarted));
        Assert.Equal(2, Bench.Stage(run, "base").Generation);
        Bench.Do("base");
        Assert.Equal("second", Assert.Single(HearAll()).RequestId);
    }

    [Fact]
    public void ANewRequestLetsAFailedStageGoOnFromItsCheckpoint()
    {
        var run = Gated(Plans.Fan(1));
        Ask(run, "base");
        var claim = Bench.Claim();
        Ledger.Checkpoint(claim.Ticket, new CheckpointRef("c/5", 5));
        Ledger.Fail(claim.Ticket, new AttemptFailure("disk full", Retryable: false));
        Assert.Equal(new GateReply(GateEffect.Continued, RequestState.Open), Ask(run, "base", "again"));
        var again = Bench.Claim();
        Assert.Equal((1, new CheckpointRef("c/5", 5)), (again.Generation, again.Resume));
        Bench.Complete(again);
        Assert.Equal(
            [("ask base", StageOutcome.Failed, "disk full"), ("again", StageOutcome.Done, null)],
            HearAll().Select(e => (e.RequestId, e.Outcome, e.Error)));
        LedgerCompliance.AssertHistory(Ledger, run);
    }

    [Fact]
    public void ANewRequestFromScratchDoesAFailedStageAgain()
    {
        var run = Gated(Plans.Fan(1));
        Ask(run, "base");
        var claim = Bench.Claim();
        Ledger.Checkpoint(claim.Ticket, new CheckpointRef("c/5", 5));
        Ledger.Fail(claim.Ticket, new AttemptFailure("not a number", Retryable: false));
        Assert.Equal(GateEffect.Restarted, Ask(run, "base", "again", ifEnded: IfEnded.StartOver).Effect);
        var again = Bench.Claim();
        Assert.Equal((2, 1, null), (again.Generation, again.Attempt, again.Resume));
        Bench.Complete(again);
        Assert.Equal([1, 2], HearAll().Select(e => e.Generation));
    }

    [Fact]
    public void WhatIsDoneAnswersAtOnce()
    {
        var run = Gated(Plans.Clustered(2));
        Ask(run, "base");
        Bench.Do("base");
        Ask(run, "cluster");
        Bench.Do("cluster", fanOut: 1);
        HearAll();
        Assert.Equal(1, Bench.Stage(run, "cluster").FanOut);
        Assert.Equal(StageState.Skipped, Bench.State(run, "expert[1]"));

        Assert.Equal(new GateReply(GateEffect.Answered, RequestState.Answered), Ask(run, "cluster", "late"));
        Assert.Equal(GateEffect.Answered, Ask(run, "expert[1]").Effect);
        var ends = HearAll();
        Assert.Equal([StageState.Succeeded, StageState.Skipped], ends.Select(e => e.State));
        Assert.All(ends, e => Assert.Equal(StageOutcome.Done, e.Outcome));
        Assert.Equal(1, ends[0].FanOut);

        // Results are named: key and place lead to artifact and metrics.
        var stored = Ledger.FindResult(ends[0].Key!);
        Assert.Equal(ends[0].Output, stored?.Output.Location);
        Assert.Equal(0.5, stored?.Result.Metrics.GetProperty("loss").GetDouble());
        Assert.Null(ends[1].Key);
    }

    [Fact]
    public void AReusedStageAnswersAsADoneOne()
    {
        var first = Bench.Submit(Plans.Graph(Plans.Node("a")));
        Bench.Do("a");
        var run = Gated(Plans.Graph(Plans.Node("a")), "second");
        Ask(run, "a");
        Assert.Null(Bench.TryClaim());
        var end = Assert.Single(HearAll());
        Assert.Equal((StageState.Reused, StageOutcome.Done), (end.State, end.Outcome));
        Assert.Equal(Bench.Stage(first, "a").Output?.Location, end.Output);
    }

    [Fact]
    public void ManyMayWaitForOneStage()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Ask(run, "a", "1");
        Assert.Equal(GateEffect.Attached, Ask(run, "a", "2").Effect);
        Bench.Claim();
        Assert.Equal(GateEffect.Attached, Ask(run, "a", "3").Effect);
        Assert.Equal(["1", "2", "3"], Ledger.OpenRequests(run).Select(r => r.RequestId));
        Assert.All(Ledger.OpenRequests(), r => Assert.Equal((RequestState.Open, StageState.Running, RunState.Running), (r.State, r.StageState, r.RunState)));
        Ledger.Complete(new ClaimTicket(run, "a", 1), Plans.Output("x", "x"), Plans.Result());
        Assert.All(Ledger.OpenRequests(run), r => Assert.Equal((RequestState.Answered, StageState.Succeeded), (r.State, r.Answer)));
        Assert.Equal(["1", "2", "3"], HearAll().Select(e => e.RequestId));
        Assert.Empty(Ledger.OpenRequests());
        Assert.Empty(Ledger.Undelivered());
    }

    [Fact]
    public void AFailureThatIsRetriedAnswersNobody()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Ask(run, "a");
        Ledger.Fail(Bench.Claim().Ticket, new AttemptFailure("a hiccup", Retryable: true));
        Ledger.Reconcile(new ReconcileRequest { Slots = new Dictionary<string, int>(), PendingRings = _ => 0 });
        Assert.Empty(HearAll());
        Bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Bench.Do("a");
        Assert.Single(HearAll());
    }

    [Fact]
    public void WhatIsNotThereIsSaid()
    {
        var run = Gated(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        Assert.Contains("no run 'nowhere'", Assert.Throws<UserInputException>(() => Ask("nowhere", "a")).Message, StringComparison.Ordinal);
        Assert.Contains("no run 'nowhere'", Assert.Throws<UserInputException>(() => Watch("nowhere", "w")).Message, StringComparison.Ordinal);
        Assert.Contains("no stage 'teach'", Assert.Throws<UserInputException>(() => Ask(run, "teach")).Message, StringComparison.Ordinal);
        Assert.Contains("no id", Assert.Throws<UserInputException>(() => Ask(run, "a", "")).Message, StringComparison.Ordinal);
        Assert.Contains("no id", Assert.Throws<UserInputException>(() => Ask(run, "a", new string('x', 201))).Message, StringComparison.Ordinal);
        Ask(run, "a", "r");
        Assert.Contains("stage 'a'", Assert.Throws<UserInputException>(() => Ask(run, "b", "r")).Message, StringComparison.Ordinal);
        Assert.Contains("the end of run", Assert.Throws<UserInputException>(() => Watch(run, "r")).Message, StringComparison.Ordinal);
        Assert.Null(Ledger.FindRequest("nobody's"));
        Assert.True(Bench.Stage(run, "b").GateShut);
    }
}
