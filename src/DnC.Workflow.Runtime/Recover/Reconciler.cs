using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Recover;

/// <summary>
/// An engine's passes over the ledger: one at once, then one every <see cref="LeaseSettings.Pass"/>, jittered by a tenth so that engines
/// do not march in step.
/// </summary>
/// <param name="ledger">The ledger.</param>
/// <param name="request">What the engine can say at each pass.</param>
/// <param name="lease">How often.</param>
/// <param name="clock">Waits between passes.</param>
/// <param name="jitter">A draw in [0, 1).</param>
/// <param name="report">Told of every pass that did something, and of every one that failed: the database is away, or a defect.</param>
public sealed class Reconciler(
    ILedger ledger, Func<ReconcileRequest> request, LeaseSettings lease, TimeProvider clock, Func<double> jitter, Action<ReconcileReport?, Exception?> report)
{
    /// <summary>Makes passes until cancelled.</summary>
    public void Run(CancellationToken stop)
    {
        do
            Pass();
        while (clock.Block(lease.Pass * (0.9 + (0.2 * jitter())), stop));
    }

    /// <summary>One pass. A database that is away is waited for: the next pass tries again.</summary>
    public void Pass()
    {
        try
        {
            var done = ledger.Reconcile(request());
            if (done.Expired + done.Rung + done.Repaired > 0)
                report(done, null);
        }
        catch (Exception error)
        {
            // Whatever happened, there is a next pass: without them delayed retries and lost rings would stay.
            report(null, error);
        }
    }
}
