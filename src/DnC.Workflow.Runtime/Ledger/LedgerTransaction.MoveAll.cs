using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Ledger;

internal sealed partial class LedgerTransaction
{
    // Values in one statement: SQLite has each as a parameter of its own.
    private const int MaxList = 1_000;

    // As StageRow.StartGeneration, of a stage that nobody forces.
    private const string NewGeneration =
        """
        , generation = generation + 1, forced = (1 = 0), attempts = 0, failures = 0, losses = 0, input_losses = 0, not_before = 0,
          stage_key = NULL, checkpoint_location = NULL, checkpoint_step = NULL, resumed_step = NULL, output = NULL, metrics = NULL,
          fan_out = NULL, reused_from = NULL, error = NULL, worker = NULL, started_at = NULL, ended_at = NULL
        """;

    /// <summary>
    /// <see cref="Move"/> for many stages that nobody runs: the same check, events and counters, in as few statements as for one.
    /// The rows handed in are not good for another move.
    /// </summary>
    /// <param name="stages">As read in this transaction under their run's lock, ready ones with their rows locked.</param>
    /// <param name="happened">The event.</param>
    /// <param name="to">The state after it.</param>
    /// <param name="by">Who causes it.</param>
    /// <param name="detail">For the event.</param>
    /// <exception cref="InvalidOperationException">The table has no such row, or a stage is not as the caller read it.</exception>
    public void MoveAll(List<StageRow> stages, StageEvent happened, StageState to, Actor by, string? detail = null)
    {
        foreach (var group in stages.GroupBy(s => (s.RunId, s.State)))
        {
            var from = group.Key.State;
            if (from == StageState.Running || Transitions.Find(from, happened, to, by) is not { } row)
                throw new InvalidOperationException($"Stages of run {group.Key.RunId}: {from} --{happened}--> {to} by {by} is not in the table, or not for many.");
            foreach (var chunk in group.Chunk(MaxList))
                MoveChunk(chunk, row, detail);
            var run = LockRun(group.Key.RunId);
            run.Count(from, -group.Count());
            run.Count(to, group.Count());
        }

        // In the plan's order, whatever they were before: who hears of them hears the same of every run.
        foreach (var stage in stages.Where(s => to.IsEnded() && LockRun(s.RunId).Requested))
            Answer(stage);
    }

    private void MoveChunk(StageRow[] stages, Transition row, string? detail)
    {
        var (from, happened, to) = (row.From, row.Event, row.To);
        var ids = stages.Select(s => s.Id).ToArray();
        // All of them moved at the last of these events: later than anything before, earlier than anything after.
        var last = NotYetKnown;
        Later<long>(
            $"""
            INSERT INTO event (at, run_id, stage_id, generation, attempt, event, from_state, to_state, detail)
            SELECT @Now, s.run_id, s.id, s.generation + @next, CASE WHEN @next = 1 THEN 0 ELSE s.attempts END, @happened, @from, @to, @detail FROM stage s
            WHERE s.id {Dialect.In("ids")} ORDER BY s.id RETURNING seq
            """,
            new { Now, ids, next = row.NewGeneration ? 1 : 0, happened = happened.ToString(), from = from.Word(), to = to.Word(), detail },
            appended => last = appended.Max());
        var also = to == StageState.Ready
            ? "ready_at = @Now, queue_by = CASE WHEN queue_limit > 0 THEN queue_limit + CASE WHEN not_before > @Now THEN not_before ELSE @Now END END"
            : to.IsEnded() ? "ended_at = @Now" : "queue_by = NULL";
        Later(
            $"UPDATE stage SET state = @to, moved = {Dialect.LastEvent("@last")}, since = @Now, waits_for_key = NULL, {also}{(row.NewGeneration ? NewGeneration : "")} WHERE id {Dialect.In("ids")} AND state = @from",
            new { Now, ids, last, from = from.Word(), to = to.Word() },
            stages.Length);

        if (from.IsSatisfied() != to.IsSatisfied())
        {
            Later(
                $"""
                UPDATE stage SET pending = pending + @by * (SELECT COUNT(*) FROM edge e WHERE e.to_id = stage.id AND e.from_id {Dialect.In("ids")})
                WHERE id IN (SELECT to_id FROM edge WHERE from_id {Dialect.In("ids")})
                """,
                new { ids, by = to.IsSatisfied() ? -1 : 1 });
        }

        foreach (var stage in stages)
        {
            stage.State = to;
            if (to == StageState.Ready && stage.NotBefore <= Now)
                Ring(stage.Resource);
        }
    }
}
