using DnC.Workflow.Runtime.Recover;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <inheritdoc/>
    public ReconcileReport Reconcile(ReconcileRequest request)
    {
        var ready = new Dictionary<string, int>(StringComparer.Ordinal);
        var report = Write(t =>
        {
            ready.Clear();
            // Judged in every pass, also in one that another engine makes: only so does a gap between them mean something.
            var mayExpire = _watch.MayExpire(t.Now, t.Dialect.Age(t));
            if (!t.Dialect.TryLockPass(t))
                return new ReconcileReport(Ran: false, 0, 0, 0);
            var expired = ExpireLeases.Run(t, mayExpire, request.IsDead);
            Excuse(t);
            QueueTimeouts.Run(t);
            ForgetWorkers(t);
            var repaired = IsDue(t, "audit", _parts.Lease.Audit) ? LedgerAudit.Run(t) : 0;
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

    // While the database was away nobody could claim: that is no time in the queue. Every engine saw it; the first one says so.
    private void Excuse(LedgerTransaction transaction)
    {
        var blind = _watch.TakeBlind();
        if (blind > 0 && IsDue(transaction, "outage", _parts.Lease.Lease))
            transaction.Execute("UPDATE stage SET queue_by = queue_by + @blind WHERE state = 'ready' AND queue_by IS NOT NULL", new { blind });
    }

    // Once for all engines, whoever asks first; asked under the pass's lock.
    private static bool IsDue(LedgerTransaction transaction, string chore, TimeSpan every) => transaction.Execute(
        """
        INSERT INTO chore (name, done_at) VALUES (@chore, @Now)
        ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at WHERE chore.done_at <= excluded.done_at - @every
        """,
        new { chore, transaction.Now, every = (long)every.TotalMilliseconds }) == 1;
}
