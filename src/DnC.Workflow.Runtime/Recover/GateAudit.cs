using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Recover;

/// <summary>The audit of gates, requests and outbox. No crash can make a difference here; a defect or a hand in the database can.</summary>
internal static class GateAudit
{
    /// <summary>A stage that has been ready is past its gate. To be made before the inputs are counted, of which a shut gate is one.</summary>
    /// <returns>How many rows were put right.</returns>
    public static int Gates(LedgerTransaction transaction)
    {
        var passed = transaction.Query<StageRow>(
            $"""
            SELECT {StageRow.Columns} FROM stage s
            WHERE s.gate_shut AND s.state NOT IN ('waiting', 'skipped', 'cancelled') ORDER BY s.run_id, s.id
            """);
        foreach (var stage in passed)
        {
            transaction.LockRun(stage.RunId);
            transaction.OpenGate(stage);
        }

        return passed.Count;
    }

    /// <summary>Every open request of what has ended is answered, and every answer that is not delivered stands in the outbox.</summary>
    /// <returns>How many rows were put right.</returns>
    public static int Answers(LedgerTransaction transaction)
    {
        var wrong = transaction.Execute(
            "UPDATE run SET requested = TRUE WHERE NOT requested AND id IN (SELECT run_id FROM gate_request WHERE closed_at IS NULL)");
        foreach (var (run, name) in transaction.Query<(string, string)>(
            """
            SELECT s.run_id, s.name FROM stage s
            WHERE s.state IN ('succeeded', 'reused', 'skipped', 'failed', 'cancelled')
              AND s.id IN (SELECT stage_id FROM gate_request WHERE closed_at IS NULL AND state = 'open' AND NOT (patient AND s.state = 'failed'))
            ORDER BY s.run_id, s.id
            """))
        {
            transaction.LockRun(run);
            if (transaction.FindStage(run, name) is { } stage && stage.State.IsEnded()) // as it is now
                wrong += transaction.Answer(stage);
        }

        foreach (var id in transaction.Query<string>(
            "SELECT DISTINCT run_id FROM gate_request WHERE closed_at IS NULL AND state = 'open' AND (stage_id IS NULL OR patient) ORDER BY run_id"))
        {
            var run = transaction.LockRun(id);
            if (run.HasChanged) // by this very pass: its commit answers
                continue;
            run.State = run.Derive();
            if (run.HasEnded)
                wrong += transaction.Answer(run);
        }

        return wrong
            + transaction.Enqueue("closed_at IS NULL AND state = 'answered' AND id NOT IN (SELECT request_id FROM outbox)", new { })
            + transaction.Execute(
                "DELETE FROM outbox WHERE EXISTS (SELECT 1 FROM gate_request q WHERE q.id = outbox.request_id AND q.closed_at IS NOT NULL)");
    }
}
