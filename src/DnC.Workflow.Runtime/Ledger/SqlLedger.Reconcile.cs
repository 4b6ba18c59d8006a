using DnC.Workflow.Runtime.Recover;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    private long? _audited;

    /// <inheritdoc/>
    public ReconcileReport Reconcile(ReconcileRequest request)
    {
        var ready = new Dictionary<string, int>(StringComparer.Ordinal);
        var report = Write(t =>
        {
            ready.Clear();
            if (!t.Dialect.TryLockPass(t))
                return new ReconcileReport(Ran: false, 0, 0, 0);
            var expired = ExpireLeases.Run(t, _watch.MayExpire(t.Now), request.IsDead);
            QueueTimeouts.Run(t);
            ForgetWorkers(t);
            var repaired = IsAuditDue(t.Now) ? LedgerAudit.Run(t) : 0;
            foreach (var (resource, slots) in request.Slots)
                ready[resource] = Rering.Claimable(t, resource, atMost: 2 * slots);
            return new ReconcileReport(Ran: true, expired, 0, repaired);
        });

        var rung = 0;
        foreach (var (resource, times) in ready)
        {
            if (times == 0 || request.PendingRings(resource) > 0)
                continue;
            Ring(new Dictionary<string, int>(StringComparer.Ordinal) { [resource] = times });
            rung++;
        }

        return report with { Rung = rung };
    }

    private bool IsAuditDue(long now)
    {
        if (_audited is { } last && now - last < (long)_parts.Lease.Audit.TotalMilliseconds)
            return false;
        _audited = now;
        return true;
    }
}
