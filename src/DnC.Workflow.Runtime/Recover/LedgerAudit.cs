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

    private const string Unsatisfied =
        """
        (SELECT COUNT(*) FROM edge e JOIN stage p ON p.id = e.from_id
         WHERE e.to_id = stage.id AND p.state NOT IN ('succeeded', 'reused', 'skipped')) + CASE WHEN stage.gate_shut THEN 1 ELSE 0 END
        """;

    /// <summary>One audit of all open runs.</summary>
    /// <returns>How many rows were put right.</returns>
    public static int Run(LedgerTransaction transaction) =>
        Runs(transaction) + Claims(transaction) + GateAudit.Gates(transaction) + Inputs(transaction) + Held(transaction)
        + GateAudit.Answers(transaction);

    private static int Runs(LedgerTransaction transaction)
    {
        var wrong = 0;
        foreach (var id in transaction.Query<string>(OpenRuns))
        {
            var run = transaction.LockRun(id);
            var counted = new RunRow();
            foreach (var group in transaction.Query<StateCount>(
                "SELECT state AS State, COUNT(*) AS Stages FROM stage WHERE run_id = @id GROUP BY state", new { id }))
                counted.Count(group.State, group.Stages);
            if ((run.Waiting, run.Active, run.Failed, run.Withdrawn) == (counted.Waiting, counted.Active, counted.Failed, counted.Withdrawn))
                continue;
            (run.Waiting, run.Active, run.Failed, run.Withdrawn) = (counted.Waiting, counted.Active, counted.Failed, counted.Withdrawn);
            wrong++;
        }

        return wrong;
    }

    private static int Claims(LedgerTransaction transaction)
    {
        var unclaimed = transaction.Query<StageRow>(
            $"""
            SELECT {StageRow.Columns} FROM stage s
            WHERE s.state = 'running' AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.stage_id = s.id AND c.fence = s.fence) ORDER BY s.run_id, s.id
            """);
        foreach (var stage in unclaimed)
        {
            transaction.LockRun(stage.RunId);
            LostAttempt.Account(transaction, stage, StageEvent.LeaseExpired, Actor.Reconciler, "its claim is missing");
        }

        return unclaimed.Count + transaction.Execute(
            "DELETE FROM claim WHERE NOT EXISTS (SELECT 1 FROM stage s WHERE s.id = claim.stage_id AND s.state = 'running')");
    }

    private static int Inputs(LedgerTransaction transaction)
    {
        var wrong = transaction.Execute(
            $"UPDATE stage SET pending = {Unsatisfied} WHERE run_id IN ({OpenRuns}) AND pending <> ({Unsatisfied})");
        var forgotten = transaction.Query<StageRow>(
            $"SELECT {StageRow.Columns} FROM stage s WHERE s.run_id IN ({OpenRuns}) AND s.state = 'waiting' AND s.pending = 0 ORDER BY s.run_id, s.id");
        foreach (var stage in forgotten)
            transaction.Settle(stage.Id, Actor.Reconciler);
        return wrong + forgotten.Count;
    }

    private static int Held(LedgerTransaction transaction)
    {
        var freed = transaction.Query<string>(
            """
            UPDATE stage SET waits_for_key = NULL
            WHERE waits_for_key IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM stage o WHERE o.stage_key = stage.waits_for_key AND o.state = 'running')
            RETURNING resource
            """);
        foreach (var resource in freed)
            transaction.Ring(resource);
        return freed.Count;
    }

    private sealed class StateCount
    {
        public StageState State { get; set; }

        public int Stages { get; set; }
    }
}
