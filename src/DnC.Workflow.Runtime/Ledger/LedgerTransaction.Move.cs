using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Ledger;

internal sealed partial class LedgerTransaction
{
    // The number of an event that was sent, or will be with the next question, and whose answer nobody has waited for.
    private const long NotYetKnown = -1;

    private readonly Dictionary<string, RunRow> _runs = new(StringComparer.Ordinal);

    /// <summary>The run's row, locked until the transaction ends, or null. Lock order everywhere: run, then stages by id, then claim.</summary>
    public RunRow? FindRun(string run)
    {
        if (!_runs.TryGetValue(run, out var row) && Find<RunRow>(LockedRun, new { run }) is { } found)
            Keep(row = found);
        return row;
    }

    /// <summary>The row of a run that there is, locked until the transaction ends.</summary>
    public RunRow LockRun(string run) => FindRun(run) ?? throw new InvalidOperationException($"There is no run '{run}' any more.");

    /// <summary>Locks the run, if there is one, before the next statement.</summary>
    public void LockRunFirst(string run)
    {
        if (!_runs.ContainsKey(run))
            Later<RunRow>(LockedRun, new { run }, found => found.ForEach(Keep));
    }

    /// <summary>A run that was stored in this transaction: as locked as it can be, and as its row has it.</summary>
    public void KnowRun(RunRow stored) => Keep(stored);

    private string LockedRun => $"SELECT {RunRow.Columns} FROM run WHERE id = @run{Locked("run")}";

    private void Keep(RunRow row)
    {
        row.KeepAsRead();
        _runs.Add(row.Id, row);
    }

    /// <summary>
    /// THE way a stage changes state: checks the table, appends the event, writes the row and the counters that follow from it.
    /// Whatever else the caller changed in <paramref name="stage"/> is written with it.
    /// </summary>
    /// <param name="stage">As read in this transaction, under its run's lock, and where it is ready or running with its row locked.</param>
    /// <param name="happened">The event.</param>
    /// <param name="to">The state after it.</param>
    /// <param name="by">Who causes it.</param>
    /// <param name="worker">The engine, where it was one.</param>
    /// <param name="detail">For the event: reason, step or message.</param>
    /// <param name="account">For the attempt's record, where it says more than the event: exception, end of the log.</param>
    /// <exception cref="InvalidOperationException">The table has no such row, or the stage is not as the caller read it.</exception>
    public void Move(StageRow stage, StageEvent happened, StageState to, Actor by, string? worker = null, string? detail = null, string? account = null)
    {
        var from = stage.State;
        if (stage.Moved == NotYetKnown)
            _batch!.Flush();
        stage.Seen = stage.Moved;
        var row = Transitions.Find(from, happened, to, by)
            ?? throw new InvalidOperationException($"Stage '{stage.Name}' of run {stage.RunId}: {from} --{happened}--> {to} by {by} is not in the table.");
        if (from == StageState.Running)
            EndClaim(stage, happened, account ?? detail);
        if (row.NewGeneration)
            stage.StartGeneration(forced: happened == StageEvent.Rerun);

        stage.State = to;
        stage.Since = Now;

        // Nobody goes on from where it was any more: what is left there (its engine was killed, or it is reused after all) is the collector's.
        if (to is StageState.Succeeded or StageState.Reused)
            (stage.CheckpointLocation, stage.CheckpointStep) = (null, null);
        if (to == StageState.Ready)
        {
            stage.ReadyAt = Now;
            stage.QueueBy = stage.QueueLimit > 0 ? Math.Max(Now, stage.NotBefore) + stage.QueueLimit : null;
            if (stage.NotBefore <= Now)
                Ring(stage.Resource);
        }

        if (to.IsEnded() || from == StageState.Running)
            stage.EndedAt = Now;
        Append(stage, happened, from, worker, detail);
        Write(stage);

        if (from.IsSatisfied() != to.IsSatisfied())
        {
            Later(
                "UPDATE stage SET pending = pending + @by WHERE id IN (SELECT to_id FROM edge WHERE from_id = @id)",
                new { id = stage.Id, by = to.IsSatisfied() ? -1 : 1 });
        }

        // Ready to running changes no count of the run: a claim locks none.
        if (!(from == StageState.Ready && to == StageState.Running))
        {
            var run = LockRun(stage.RunId);
            run.Count(from, -1);
            run.Count(to, 1);
            if (run.Requested && to.IsEnded())
                Answer(stage);
        }
    }

    private void Append(StageRow stage, StageEvent happened, StageState from, string? worker, string? detail)
    {
        stage.Moved = NotYetKnown;
        Later<long>(
            """
            INSERT INTO event (at, run_id, stage_id, generation, attempt, event, from_state, to_state, worker, detail)
            VALUES (@now, @run, @id, @generation, @attempt, @happened, @from, @to, @worker, @detail) RETURNING seq
            """,
            new
            {
                now = Now,
                run = stage.RunId,
                id = stage.Id,
                generation = stage.Generation,
                attempt = stage.Attempts,
                happened = happened.ToString(),
                from = from.Word(),
                to = stage.StateWord,
                worker,
                detail,
            },
            appended => stage.Moved = appended.Single());
    }

    private void Write(StageRow stage)
    {
        Later(
            $"""
            UPDATE stage SET state = @StateWord, moved = {dialect.LastEvent("@Moved")}, since = @Since, generation = @Generation, fence = @Fence, forced = @Forced,
              attempts = @Attempts, failures = @Failures, losses = @Losses, input_losses = @InputLosses, ready_at = @ReadyAt,
              not_before = @NotBefore, queue_by = @QueueBy, waits_for_key = NULL, stage_key = @StageKey,
              checkpoint_location = @CheckpointLocation, checkpoint_step = @CheckpointStep, resumed_step = @ResumedStep, output = @Output,
              metrics = @Metrics, fan_out = @FanOut, reused_from = @ReusedFrom, error = @Error, worker = @Worker,
              started_at = @StartedAt, ended_at = @EndedAt
            WHERE id = @Id AND moved = @Seen
            """,
            stage,
            rows: 1);
    }

    // The attempt is over whatever comes next; what waited for its key may look again.
    private void EndClaim(StageRow stage, StageEvent happened, string? detail)
    {
        Later(
            """
            UPDATE attempt SET ended_at = @now, outcome = @happened, detail = @detail,
              progress = (SELECT c.progress FROM claim c WHERE c.stage_id = @id)
            WHERE stage_id = @id AND fence = @fence
            """,
            new { now = Now, happened = happened.ToString(), detail, id = stage.Id, fence = stage.Fence });
        Later("DELETE FROM claim WHERE stage_id = @id", new { id = stage.Id });
        Later<string>(
            "UPDATE stage SET waits_for_key = NULL, queue_by = CASE WHEN queue_limit > 0 THEN @now + queue_limit END WHERE waits_for_key = @key RETURNING resource",
            new { key = stage.StageKey, now = Now },
            freed => freed.ForEach(Ring));
    }

    private void WriteRuns()
    {
        foreach (var run in _runs.Values)
        {
            // A wish to cancel that came while the last stage ended well had nothing to cancel.
            run.Cancelled &= !run.HasAllDone;
            run.State = run.Derive();
            run.EndedAt = run.HasEnded ? run.EndedAt ?? Now : null;
            if (run.Requested && run.HasEnded)
                Answer(run);
            if (!run.HasChanged)
                continue;
            Later(
                """
                UPDATE run SET paused = @Paused, cancelled = @Cancelled, state = @StateWord, waiting = @Waiting, active = @Active,
                  failed = @Failed, withdrawn = @Withdrawn, ended_at = @EndedAt
                WHERE id = @Id
                """,
                run);
            run.KeepAsRead();
        }
    }
}
