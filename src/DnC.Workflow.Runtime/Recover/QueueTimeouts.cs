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
        foreach (var late in transaction.Query<StageRow>(
            """
            SELECT s.id AS Id, s.run_id AS RunId FROM stage s JOIN run r ON r.id = s.run_id
            WHERE s.state = 'ready' AND s.queue_by IS NOT NULL AND s.queue_by <= @Now AND s.waits_for_key IS NULL AND NOT r.paused
            ORDER BY s.run_id, s.id
            """,
            new { transaction.Now }))
        {
            // As it is under its run's lock: by now it may be claimed, held, paused, or have its time again.
            if (transaction.LockRun(late.RunId).Paused || transaction.FindStill(late.Id, StageState.Ready) is not { } stage
                || stage.WaitsForKey is not null || !(stage.QueueBy <= transaction.Now))
                continue;
            var minutes = TimeSpan.FromMilliseconds(stage.QueueLimit).TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture);
            stage.Error = $"No worker of class '{stage.Resource}' took it within {minutes} minutes (queueTimeoutMinutes). Start one, or raise the limit.";
            transaction.Move(stage, StageEvent.QueueTimedOut, StageState.Failed, Actor.Reconciler, detail: stage.Error);
        }
    }
}
