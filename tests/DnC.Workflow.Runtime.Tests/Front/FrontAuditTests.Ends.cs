using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Front;

// Owners that end before their runs.
public sealed partial class FrontAuditTests
{
    [Fact]
    public async Task ARunWhoseOwnerWasCancelledIsCancelled()
    {
        var run = Begin();
        Ask(run, "base");
        _front.Owners[Owner] = OwnerState.Cancelled;
        Assert.Equal(2, await Pass()); // the request, and the run
        Assert.Equal(RunState.Cancelled, _runs.FindSummary(run)!.State);
        Assert.Empty(_runs.OpenRequests());
        Assert.Contains(run, Assert.Single(_reports), StringComparison.Ordinal);
        Assert.Equal(0, await Pass());
    }

    [Fact]
    public async Task ARunWhoseOwnerIsGoneIsCancelled()
    {
        var run = Begin();
        _front.Owners.Clear();
        Assert.Equal(1, await Pass());
        Assert.Equal(RunState.Cancelled, _runs.FindSummary(run)!.State);
        Assert.Equal(0, await Pass());
    }

    [Fact]
    public async Task ARunWhoseOwnerHasFinishedIsItsOwn()
    {
        var run = Begin();
        _front.Owners[Owner] = OwnerState.Finished;
        _bench.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await Pass());
        Assert.Equal(RunState.Running, _runs.FindSummary(run)!.State);
    }

    [Fact]
    public void AReleasedOwnerTakesItsRunAlongAndNobodyElses()
    {
        var run = Begin();
        var other = Begin("another");
        Ask(run, "base");
        Ask(other, "base", front: "elsewhere");
        _audit.Release("front", Owner);
        Assert.Equal(RunState.Cancelled, _runs.FindSummary(run)!.State);
        Assert.Equal(RunState.Running, _runs.FindSummary(other)!.State);
        Assert.Equal("elsewhere", Assert.Single(_runs.OpenRequests()).Listener);
        Assert.True(FrontAudit.WasReleased(_runs, "front", Owner));
        Assert.False(FrontAudit.WasReleased(_runs, "front", "another"));
        _audit.Release("front", Owner); // and again, as a retry does
    }

    [Fact]
    public void ARunThatSomebodyElseCancelledWasNotReleased()
    {
        var run = Begin();
        _runs.Cancel(run, who: "a person");
        Assert.False(FrontAudit.WasReleased(_runs, "front", Owner));
    }

    [Fact]
    public void AFailedRunIsReleasedTooAndOneThatSucceededIsLeft()
    {
        var run = Begin();
        Ask(run, "base");
        _bench.Ledger.Fail(_bench.Claim("base").Ticket, new AttemptFailure("disk full", Retryable: false));
        _audit.Release("front", Owner);
        Assert.Equal(RunState.Cancelled, _runs.FindSummary(run)!.State);
        var done = Begin("done");
        _runs.OpenAllGates(done);
        _bench.Do("base");
        _bench.Do("embed");
        _audit.Release("front", "done");
        Assert.Equal(RunState.Succeeded, _runs.FindSummary(done)!.State);
    }
}
