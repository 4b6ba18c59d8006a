using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Recover;

/// <summary>Takes claims back that nobody renews.</summary>
internal static class ExpireLeases
{
    /// <summary>One pass.</summary>
    /// <param name="transaction">A write transaction with the pass's lock.</param>
    /// <param name="mayExpire">Whether leases may be judged at all now; the claims of the dead are taken back in any case.</param>
    /// <param name="isDead">Whether a worker is known to be gone.</param>
    /// <returns>How many claims were taken back.</returns>
    public static int Run(LedgerTransaction transaction, bool mayExpire, Func<string, bool> isDead)
    {
        var dead = transaction.Query<string>("SELECT DISTINCT worker FROM claim").Where(isDead).ToArray();
        var claims = transaction.Query<StageRow>(
            $"""
            SELECT {StageRow.Columns} FROM claim c JOIN stage s ON s.id = c.stage_id
            WHERE (@mayExpire AND c.lease_until < @now) OR c.worker IN @dead ORDER BY s.run_id, s.id
            """,
            new { mayExpire, now = transaction.Now, dead });
        foreach (var stage in claims)
        {
            var reason = dead.Contains(stage.Worker, StringComparer.Ordinal) ? "its worker is gone" : "its lease expired";
            if (transaction.LockRun(stage.RunId).Cancelled)
                transaction.Move(stage, StageEvent.RunCancelled, StageState.Cancelled, Actor.Reconciler, stage.Worker, reason);
            else
                LostAttempt.Account(transaction, stage, StageEvent.LeaseExpired, Actor.Reconciler, reason);
        }

        return claims.Count;
    }
}
