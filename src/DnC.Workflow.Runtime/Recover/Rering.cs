using DnC.Workflow.Runtime.Ledger;

namespace DnC.Workflow.Runtime.Recover;

/// <summary>Finds classes whose rings were lost, or whose retries have come of age.</summary>
internal static class Rering
{
    /// <summary>How many stages of a class could be claimed now, counted up to <paramref name="atMost"/>.</summary>
    public static int Claimable(LedgerTransaction transaction, string resource, int atMost) => transaction.Get<int>(
        """
        SELECT COUNT(*) FROM (
          SELECT s.id FROM run r JOIN stage s ON s.run_id = r.id
          WHERE r.active > 0 AND NOT r.paused AND NOT r.cancelled
            AND s.state = 'ready' AND s.waits_for_key IS NULL AND s.resource = @resource AND s.not_before <= @now
          LIMIT @atMost) found
        """,
        new { resource, now = transaction.Now, atMost });
}
