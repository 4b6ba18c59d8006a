using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

// What a request means for a stage that has ended, and how it has it run.
public abstract partial class GateCompliance
{
    [Fact]
    public void WhoWaitsForAFailedStageIsToldWhenSomebodyElseHasHadItDoneAgain()
    {
        var run = Gated(Plans.Fan(1));
        Ask(run, "base");
        FailBase();
        Assert.Equal("ask base", Assert.Single(HearAll()).RequestId);
        Assert.Equal(new GateReply(GateEffect.Attached, RequestState.Open), Ask(run, "base", "patient", IfEnded.Wait));
        Bench.Pass();
        Assert.Equal(StageState.Failed, Bench.State(run, "base"));
        Assert.Empty(HearAll());

        // It fails once more, goes on, is done again: only its success is an answer.
        Ledger.Continue(run);
        FailBase();
        Ledger.Rerun(run, "base", dryRun: false);
        FailBase();
        Assert.Equal(["patient"], Ledger.OpenRequests(run).Select(r => r.RequestId));
        Ledger.Continue(run);
        Bench.Do("base");
        var end = Assert.Single(HearAll());
        Assert.Equal(("patient", StageState.Succeeded, 2), (end.RequestId, end.State, end.Generation));
        Assert.Equal(GateEffect.Answered, Ask(run, "base", "late", IfEnded.Wait).Effect);
        LedgerCompliance.AssertHistory(Ledger, run);

        void FailBase() => Ledger.Fail(Bench.Claim("base").Ticket, new AttemptFailure("disk full", Retryable: false));
    }

    [Fact]
    public void WhoWaitsForAFailedStageIsToldThatItsRunWasCancelled()
    {
        var run = Gated(Plans.Graph(Plans.Node("a"), Plans.Node("b")));
        Ask(run, "a", "patient", IfEnded.Wait);
        Ask(run, "b");
        Ledger.Fail(Bench.Claim("a").Ticket, new AttemptFailure("disk full", Retryable: false));
        Assert.Empty(HearAll());
        Ledger.Cancel(run);
        Assert.Equal([("patient", StageOutcome.Cancelled), ("ask b", StageOutcome.Cancelled)], HearAll().Select(e => (e.RequestId, e.Outcome)).OrderDescending());
        Assert.Equal(GateEffect.Answered, Ask(run, "a", "late", IfEnded.Wait, revive: true).Effect);
        Assert.Equal(StageOutcome.Cancelled, Assert.Single(HearAll()).Outcome);
        Assert.Equal(RunState.Cancelled, Bench.RunState(run));
    }

    [Fact]
    public void WhoWaitsForAFailedRunIsToldWhenItHasSucceededAfterAll()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        Ledger.WatchRun(new RunWatch { Run = run, RequestId = "patient", Listener = "elsa", Patient = true });
        Watch(run, "other");
        Ledger.Fail(Bench.Claim("a").Ticket, new AttemptFailure("disk full", Retryable: false));
        Assert.Equal("other", Assert.Single(HearAll()).RequestId);
        var late = Ledger.WatchRun(new RunWatch { Run = run, RequestId = "late", Listener = "elsa", Patient = true });
        Assert.Equal(new GateReply(GateEffect.Attached, RequestState.Open), late);
        Bench.Clock.Advance(Bench.Lease.Audit);
        Bench.Pass();
        Assert.Empty(HearAll());
        Ledger.Continue(run);
        Bench.Do("a");
        Assert.Equal([("patient", StageOutcome.Done), ("late", StageOutcome.Done)], HearAll().Select(e => (e.RequestId, e.Outcome)));
    }

    [Fact]
    public void TheAuditAnswersWhoWaitsForAFailedStageOfACancelledRun()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Ask(run, "a", "patient", IfEnded.Wait);
        Ledger.Fail(Bench.Claim("a").Ticket, new AttemptFailure("disk full", Retryable: false));
        Ledger.Cancel(run);
        HearAll();
        Damage("UPDATE gate_request SET state = 'open', closed_at = NULL");
        Bench.Clock.Advance(Bench.Lease.Audit);
        Assert.True(Bench.Pass().Repaired > 0);
        Assert.Equal(StageOutcome.Cancelled, Assert.Single(HearAll()).Outcome);
    }

    [Fact]
    public void ARedoneStageIsDoneAgainAlthoughItSucceededAndOnceOnly()
    {
        var run = Gated(Plans.Fan(1));
        Ask(run, "base");
        Bench.Do("base");
        HearAll();
        Assert.Equal(new GateReply(GateEffect.Restarted, RequestState.Open), Ask(run, "base", "redo", IfEnded.Redo));
        Assert.Equal(new GateReply(GateEffect.Known, RequestState.Open), Ask(run, "base", "redo", IfEnded.Redo));
        Bench.Do("base", content: "other");
        Assert.Equal(("redo", 2), HearAll().Select(e => (e.RequestId, e.Generation)).Single());

        // A cluster that does not exist cannot be trained on again. (The base is the first run's.)
        var clustered = Gated(Plans.Clustered(2), "clustered");
        Ledger.OpenAllGates(clustered);
        Bench.Do("cluster", fanOut: 1);
        Assert.Equal(GateEffect.Answered, Ask(clustered, "expert[1]", "absent", IfEnded.Redo).Effect);
    }

    [Fact]
    public void ARequestSaysWhereAndForHowLongItsStageRuns()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        var request = new GateRequest
        {
            Run = run, Stage = "a", RequestId = "r", Listener = "elsa", Wants = new StageWants("gpu-80g", 90, 5),
        };
        Ledger.OpenGate(request);
        Assert.Null(Bench.TryClaim());
        Assert.Equal(1, Bench.Bell.Hear("gpu-80g"));
        var claim = Bench.TryClaim(resource: "gpu-80g")!;
        Assert.Equal(("gpu-80g", 90.0, 5.0), (claim.Node.Resource, claim.Node.Options.TimeoutMinutes, claim.Node.Options.QueueTimeoutMinutes));

        // Of a running stage nothing changes; of one that failed, what the next request says.
        Ledger.OpenGate(request with { RequestId = "beside", Wants = new StageWants("cpu") });
        Assert.Equal("gpu-80g", Bench.Stage(run, "a").Node.Resource);
        Ledger.Fail(claim.Ticket, new AttemptFailure("out of memory", Retryable: false));
        Ledger.OpenGate(request with { RequestId = "smaller", Wants = new StageWants("cpu") });
        Assert.Equal(("cpu", 5.0), (Bench.Claim("a").Node.Resource, Bench.Stage(run, "a").Node.Options.QueueTimeoutMinutes));

        Assert.Contains("'GPU 80'", Assert.Throws<UserInputException>(() => Ledger.OpenGate(request with { RequestId = "x", Wants = new StageWants("GPU 80") })).Message, StringComparison.Ordinal);
        Assert.Contains("-1", Assert.Throws<UserInputException>(() => Ledger.OpenGate(request with { RequestId = "x", Wants = new StageWants(TimeoutMinutes: -1) })).Message, StringComparison.Ordinal);
        Assert.Contains("NaN", Assert.Throws<UserInputException>(() => Ledger.OpenGate(request with { RequestId = "x", Wants = new StageWants(QueueTimeoutMinutes: double.NaN) })).Message, StringComparison.Ordinal);
        Assert.Null(Ledger.FindRequest("x"));
    }
}
