using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class GateCompliance
{
    [Fact]
    public void AnAuditCountsAShutGate()
    {
        var run = Gated(Plans.Fan(2));
        Assert.Equal(0, Bench.Pass().Repaired);
        Ask(run, "base");
        Bench.Do("base");
        Ask(run, "work[0]");
        Audit(repaired: 0);
        Damage("UPDATE stage SET pending = 0 WHERE name = 'work[1]'");
        Audit(repaired: 1);
        Assert.True(Bench.Stage(run, "work[1]").GateShut);
        Bench.Do("work[0]");
        Assert.Null(Bench.TryClaim());
        Audit(repaired: 0);
    }

    [Fact]
    public void AGateThatIsShutBehindItsStageIsOpened()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Ask(run, "a");
        Damage("UPDATE stage SET gate_shut = TRUE, pending = 1");
        Audit(repaired: 1);
        Bench.Do("a");
        Assert.Equal((false, 1), (Bench.Stage(run, "a").GateShut, HearAll().Count));
    }

    [Fact]
    public void AnEndOfTheAuditsOwnPassIsNoDefect()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Watch(run, "w");
        Ask(run, "a");
        Bench.Claim("a", worker: "w1");
        Bench.Ledger.Cancel(run);
        Bench.Dead.Add("w1");
        Audit(repaired: 0);
        Assert.Equal(RunState.Cancelled, Bench.RunState(run));
        Assert.Equal(["ask a", "w"], HearAll().Select(e => e.RequestId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AnEndThatNobodyWasToldOfIsFound()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Watch(run, "w");
        Ask(run, "a");
        Bench.Do("a");
        Damage("DELETE FROM outbox");
        Audit(repaired: 2);
        Audit(repaired: 0);
        Assert.Equal(["w", "ask a"], HearAll().Select(e => e.RequestId));

        Ask(run, "a", "2");
        Damage("DELETE FROM outbox");
        Damage("UPDATE gate_request SET state = 'open', answered_at = NULL, answer = NULL WHERE state = 'answered'");
        Damage("UPDATE run SET requested = FALSE");
        Audit(repaired: 2);
        Assert.Equal("2", Assert.Single(HearAll()).RequestId);

        Watch(run, "w2");
        Damage("DELETE FROM outbox");
        Damage("UPDATE gate_request SET state = 'open', answered_at = NULL, answer = NULL WHERE state = 'answered'");
        Audit(repaired: 1);
        Assert.Equal("w2", Assert.Single(HearAll()).RequestId);
    }

    [Fact]
    public void AnAnswerThatNobodyWantsIsTakenAway()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Ask(run, "a");
        Bench.Do("a");
        Damage("UPDATE gate_request SET state = 'withdrawn', closed_at = 1");
        Audit(repaired: 1);
        Assert.Empty(Ledger.Undelivered());
    }

    [Fact]
    public void ARunThatIsDeletedTakesItsRequestsAlong()
    {
        var run = Gated(Plans.Graph(Plans.Node("a"), Plans.Node("b")));
        Watch(run, "w");
        Ask(run, "b");
        Ask(run, "a");
        Bench.Do("a");
        foreach (var table in new[] { "attempt", "event", "result", "claim", "stage", "run" })
            Damage($"DELETE FROM {table}");
        Assert.Empty(Ledger.OpenRequests());
        Assert.Empty(Ledger.Undelivered());
        Assert.Null(Ledger.FindRequest("w"));
    }

    private void Audit(int repaired)
    {
        Bench.Clock.Advance(Bench.Lease.Audit);
        Assert.Equal(repaired, Bench.Pass().Repaired);
    }
}
