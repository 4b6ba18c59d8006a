using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    private const string ThisStage = "(SELECT id FROM stage WHERE run_id = @Run AND name = @Stage)";

    /// <inheritdoc/>
    public RunWish Heartbeat(ClaimTicket ticket, StageProgress? progress)
    {
        // The narrow row only, and no lock of the run: this happens every two seconds for every running stage.
        var wish = Write(t =>
        {
            var wish = t.Find<WishRow>(
                $"""
                UPDATE claim SET lease_until = @until, progress = COALESCE(@progress, progress),
                  moved_at = CASE WHEN moved_at IS NULL OR COALESCE(progress, '') <> COALESCE(@progress, progress, '') THEN @now ELSE moved_at END
                WHERE fence = @Fence AND stage_id = {ThisStage}
                RETURNING (SELECT r.cancelled FROM run r WHERE r.id = claim.run_id) AS Cancelled, (SELECT r.paused FROM run r WHERE r.id = claim.run_id) AS Paused
                """,
                new
                {
                    until = t.Now + (long)_parts.Lease.Lease.TotalMilliseconds,
                    progress = progress is null ? null : ToJson(progress),
                    now = t.Now,
                    ticket.Fence,
                    ticket.Run,
                    ticket.Stage,
                });
            return wish is null ? RunWish.Lost : wish.Cancelled ? RunWish.Cancel : wish.Paused ? RunWish.Pause : RunWish.GoOn;
        });

        // Its own transaction, which does lock the run. A rerun may have revived the run in between.
        return wish == RunWish.Cancel ? Write(t => Withdraw(t, ticket)) : wish;
    }

    /// <inheritdoc/>
    public bool Checkpoint(ClaimTicket ticket, CheckpointRef checkpoint) => Write(t =>
    {
        // The checkpoint before this one is deleted next.
        t.Durable = true;
        // The fence is the stage's own: a row that another transaction is moving this moment is looked at again once that is over.
        return t.Execute(
            """
            UPDATE stage SET checkpoint_location = @Location, checkpoint_step = @Step,
              losses = CASE WHEN resumed_step IS NULL OR @Step > resumed_step THEN 0 ELSE losses END
            WHERE run_id = @Run AND name = @Stage AND state = 'running' AND fence = @Fence
            """,
            new { checkpoint.Location, checkpoint.Step, ticket.Fence, ticket.Run, ticket.Stage }) == 1;
    });

    private static RunWish Withdraw(LedgerTransaction transaction, ClaimTicket ticket)
    {
        if (Fenced(transaction, ticket) is not { } stage)
            return RunWish.Lost;
        if (!transaction.LockRun(ticket.Run).Cancelled)
            return RunWish.GoOn;
        transaction.Move(stage, StageEvent.RunCancelled, StageState.Cancelled, Actor.FencedEngine, stage.Worker);
        return RunWish.Cancel;
    }

    private sealed class WishRow
    {
        public bool Cancelled { get; set; }

        public bool Paused { get; set; }
    }
}
