using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <inheritdoc/>
    public void Cancel(string run, string? who = null) => Write(t => Cancel(t, LockKnownRun(t, run), who));

    private bool Cancel(LedgerTransaction transaction, RunRow run, string? who = null)
    {
        if (run.State is RunState.Succeeded or RunState.Cancelled)
            return false;
        if (!run.Cancelled)
            Note(transaction, run.Id, RunWishEvent.Cancelled, who: who);
        run.Cancelled = true;
        // A claim of a ready one is over by the time its row is locked: it is running then, and told at its heartbeat.
        var open = transaction.Query<StageRow>(
            $"SELECT {StageRow.Columns} FROM stage s WHERE s.run_id = @Id AND s.state IN ('waiting', 'ready') ORDER BY s.id{transaction.Locked("s")}",
            new { run.Id });
        transaction.MoveAll(open, StageEvent.RunCancelled, StageState.Cancelled, Actor.RunService);
        return true;
    }

    /// <inheritdoc/>
    public void Pause(string run, bool paused) => Write(t =>
    {
        var row = LockKnownRun(t, run);
        if (row.Paused == paused)
            return false;
        row.Paused = paused;
        Note(t, run, paused ? RunWishEvent.Paused : RunWishEvent.Unpaused);
        if (!paused)
        {
            // The time it was paused is no time in the queue.
            t.Execute(
                "UPDATE stage SET queue_by = @now + queue_limit WHERE run_id = @run AND state = 'ready' AND queue_limit > 0", new { now = t.Now, run });
            RingReady(t, run);
        }

        return true;
    });

    private static void RingReady(LedgerTransaction transaction, string run)
    {
        foreach (var resource in transaction.Query<string>(
            "SELECT resource FROM stage WHERE run_id = @run AND state = 'ready' AND not_before <= @now", new { run, now = transaction.Now }))
            transaction.Ring(resource);
    }
}
