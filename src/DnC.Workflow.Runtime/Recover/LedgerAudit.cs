using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Recover;

/// <summary>
/// Holds what the ledger counts against what it counts. Every counter is kept in the transaction that changes what it counts, so
/// a difference is a defect: put right, and reported.
/// </summary>
internal static class LedgerAudit
{
    private const string OpenRuns = "SELECT id FROM run WHERE state IN ('running', 'paused')";

    private const string Counts =
        """
        COUNT(CASE WHEN s.state = 'waiting' THEN 1 END) AS Waiting, COUNT(CASE WHEN s.state IN ('ready', 'running') THEN 1 END) AS Active,
        COUNT(CASE WHEN s.state = 'failed' THEN 1 END) AS Failed, COUNT(CASE WHEN s.state = 'cancelled' THEN 1 END) AS Withdrawn
        """;

    private const string Unsatisfied =
        """
        ((SELECT COUNT(*) FROM edge e JOIN stage p ON p.id = e.from_id
          WHERE e.to_id = s.id AND p.state NOT IN ('succeeded', 'reused', 'skipped')) + CASE WHEN s.gate_shut THEN 1 ELSE 0 END)
        """;

    /// <summary>One audit of all open runs. What is wrong is seen in one statement each, without a lock; put right under its run's.</summary>
    /// <returns>How many rows were put right.</returns>
    public static int Run(LedgerTransaction transaction) =>
        Runs(transaction) + Claims(transaction) + GateAudit.Gates(transaction) + Inputs(transaction) + Held(transaction)
        + GateAudit.Answers(transaction);

    private static int Runs(LedgerTransaction transaction)
    {
        var suspects = transaction.Query<string>(
            $"""
            SELECT r.id FROM run r JOIN (SELECT s.run_id, {Counts} FROM stage s WHERE s.run_id IN ({OpenRuns}) GROUP BY s.run_id) n ON n.run_id = r.id
            WHERE r.waiting <> n.waiting OR r.active <> n.active OR r.failed <> n.failed OR r.withdrawn <> n.withdrawn ORDER BY r.id
            """);
        var wrong = 0;
        foreach (var id in suspects)
        {
            // As this transaction has it, which may have moved stages of it already and writes the counts with its commit.
            var run = transaction.LockRun(id);
            var counted = transaction.Get<RunRow>($"SELECT {Counts} FROM stage s WHERE s.run_id = @id", new { id });
            if ((run.Waiting, run.Active, run.Failed, run.Withdrawn) == (counted.Waiting, counted.Active, counted.Failed, counted.Withdrawn))
                continue;
            (run.Waiting, run.Active, run.Failed, run.Withdrawn) = (counted.Waiting, counted.Active, counted.Failed, counted.Withdrawn);
            wrong++;
        }

        return wrong;
    }

    private static int Claims(LedgerTransaction transaction)
    {
        const string unclaimed = "s.state = 'running' AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.stage_id = s.id AND c.fence = s.fence)";
        var wrong = 0;
        foreach (var suspect in Suspects(transaction, unclaimed))
        {
            transaction.LockRun(suspect.RunId);
            if (transaction.FindStill(suspect.Id, StageState.Running) is not { } stage || stage.Fence != suspect.Fence)
                continue;
            LostAttempt.Account(transaction, stage, StageEvent.LeaseExpired, Actor.Reconciler, "its claim is missing");
            wrong++;
        }

        return wrong + transaction.Execute(
            "DELETE FROM claim WHERE NOT EXISTS (SELECT 1 FROM stage s WHERE s.id = claim.stage_id AND s.state = 'running')");
    }

    private static int Inputs(LedgerTransaction transaction)
    {
        var wrong = Suspects(transaction, $"s.run_id IN ({OpenRuns}) AND s.pending <> {Unsatisfied}");
        foreach (var stage in wrong)
        {
            transaction.LockRun(stage.RunId);
            transaction.Execute($"UPDATE stage SET pending = (SELECT {Unsatisfied} FROM stage s WHERE s.id = @Id) WHERE id = @Id", new { stage.Id });
        }

        var forgotten = Suspects(transaction, $"s.run_id IN ({OpenRuns}) AND s.state = 'waiting' AND s.pending = 0");
        foreach (var stage in forgotten)
        {
            transaction.LockRun(stage.RunId);
            transaction.Settle(stage.Id, Actor.Reconciler);
        }

        return wrong.Count + forgotten.Count;
    }

    private static List<StageRow> Suspects(LedgerTransaction transaction, string condition) => transaction.Query<StageRow>(
        $"SELECT s.id AS Id, s.run_id AS RunId, s.fence AS Fence FROM stage s WHERE {condition} ORDER BY s.run_id, s.id");

    private static int Held(LedgerTransaction transaction)
    {
        var freed = transaction.Query<string>(
            """
            UPDATE stage SET waits_for_key = NULL, queue_by = CASE WHEN queue_limit > 0 THEN @Now + queue_limit END
            WHERE waits_for_key IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM stage o WHERE o.stage_key = stage.waits_for_key AND o.state = 'running')
            RETURNING resource
            """,
            new { transaction.Now });
        foreach (var resource in freed)
            transaction.Ring(resource);
        return freed.Count;
    }
}
