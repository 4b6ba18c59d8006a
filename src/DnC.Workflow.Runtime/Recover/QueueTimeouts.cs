using System.Globalization;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Recover;

/// <summary>Fails stages that nobody claimed within the time they may wait for a machine.</summary>
internal static class QueueTimeouts
{
    /// <summary>One pass. Time in a paused run, or behind the same work running elsewhere, does not count.</summary>
    public static void Run(LedgerTransaction transaction)
    {
        foreach (var stage in transaction.Query<StageRow>(
            $"""
            SELECT {StageRow.Columns} FROM stage s JOIN run r ON r.id = s.run_id
            WHERE s.state = 'ready' AND s.queue_by IS NOT NULL AND s.queue_by <= @now AND s.waits_for_key IS NULL AND NOT r.paused
            ORDER BY s.run_id, s.id
            """,
            new { now = transaction.Now }))
        {
            transaction.LockRun(stage.RunId);
            var minutes = TimeSpan.FromMilliseconds(stage.QueueLimit).TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture);
            stage.Error = $"No worker of class '{stage.Resource}' took it within {minutes} minutes (queueTimeoutMinutes). Start one, or raise the limit.";
            transaction.Move(stage, StageEvent.QueueTimedOut, StageState.Failed, Actor.Reconciler, detail: stage.Error);
        }
    }
}
