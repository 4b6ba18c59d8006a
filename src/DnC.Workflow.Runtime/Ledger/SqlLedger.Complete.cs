using System.Globalization;
using DnC.Workflow.Runtime.Recover;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <inheritdoc/>
    public bool Complete(ClaimTicket ticket, Artifact output, StageResult result) => WriteTogether(ticket.Run, t =>
    {
        if (Fenced(t, ticket) is not { } stage)
        {
            // As durable as the first time: its checkpoints are deleted next, too.
            var done = IsDone(t, ticket, output);
            t.Durable |= done;
            return done;
        }

        (stage.Output, stage.Metrics, stage.FanOut) = (ToJson(output), ToJson(result.Metrics), result.FanOut);
        stage.Error = null;
        // Its checkpoints are deleted next. Without any, a lost commit repeats less than a checkpoint interval.
        t.Durable |= stage.CheckpointLocation is not null;
        t.Later(
            """
            INSERT INTO result (stage_key, run_id, stage_name, location, output, metrics, fan_out, made_at)
            VALUES (@StageKey, @RunId, @Name, @Location, @Output, @Metrics, @FanOut, @Now)
            ON CONFLICT (stage_key) DO UPDATE SET run_id = excluded.run_id, stage_name = excluded.stage_name, location = excluded.location,
              output = excluded.output, metrics = excluded.metrics, fan_out = excluded.fan_out, made_at = excluded.made_at
            """,
            new { stage.StageKey, stage.RunId, stage.Name, output.Location, stage.Output, stage.Metrics, stage.FanOut, t.Now });
        t.Move(stage, StageEvent.Completed, StageState.Succeeded, Actor.FencedEngine, stage.Worker);
        t.PassOn(stage);
        return true;
    });

    // The answer to an earlier try was lost, and its commit was not: the very same outputs are the stage's.
    private static bool IsDone(LedgerTransaction transaction, ClaimTicket ticket, Artifact output) =>
        transaction.FindStage(ticket.Run, ticket.Stage) is { State: StageState.Succeeded, Output: { } done } stage
        && stage.Fence == ticket.Fence && FromJson<Artifact>(done).Location == output.Location;

    /// <inheritdoc/>
    public bool Fail(ClaimTicket ticket, AttemptFailure failure) => Write(t =>
    {
        if (Fenced(t, ticket) is not { } stage)
            return false;
        var run = t.LockRun(ticket.Run);
        stage.Error = failure.Message;
        if (run.Cancelled)
        {
            t.Move(stage, StageEvent.RunCancelled, StageState.Cancelled, Actor.FencedEngine, stage.Worker, failure.Message, failure.Detail);
            return true;
        }

        var retry = FromJson<RetryPolicy>(run.Retry);
        stage.Failures++;
        if (!failure.Retryable || stage.Failures >= retry.MaxFailures)
        {
            t.Move(stage, StageEvent.GaveUp, StageState.Failed, Actor.FencedEngine, stage.Worker, failure.Message, failure.Detail);
            return true;
        }

        stage.NotBefore = t.Now + (long)retry.Delay(stage.Failures, _parts.Jitter()).TotalMilliseconds;
        t.MoveBack(stage, StageEvent.AttemptFailed, Actor.FencedEngine, stage.Worker, failure.Message, failure.Detail);
        return true;
    });

    /// <inheritdoc/>
    public bool Release(ClaimTicket ticket, string reason, bool blameless = false) => Write(t =>
    {
        if (Fenced(t, ticket) is not { } stage)
            return false;
        var run = t.LockRun(ticket.Run);
        if (run.Cancelled)
            t.Move(stage, StageEvent.RunCancelled, StageState.Cancelled, Actor.FencedEngine, stage.Worker, reason);
        else if (run.Paused || blameless)
            t.MoveBack(stage, StageEvent.Released, Actor.FencedEngine, stage.Worker, reason); // neither a person's wish nor a machine's fault costs budget
        else
            LostAttempt.Account(t, stage, StageEvent.Released, Actor.FencedEngine, reason);
        return true;
    });
}
