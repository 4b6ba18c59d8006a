using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <inheritdoc/>
    public RunView? Find(string run) => Read(t =>
    {
        if (t.Find<RunRow>($"SELECT {RunRow.Columns} FROM run WHERE id = @run", new { run }) is not { } row)
            return null;
        var stages = t.Query<StageRow>(
            $"""
            SELECT {StageRow.Columns}, s.node AS Node, c.progress AS Progress, c.moved_at AS ProgressAt
            FROM stage s LEFT JOIN claim c ON c.stage_id = s.id WHERE s.run_id = @run ORDER BY s.id
            """,
            new { run });
        return new RunView(Summary(row), t.Get<string>("SELECT spec FROM run WHERE id = @run", new { run }), [.. stages.Select(View)])
        {
            Data = FromJson<DataSpec>(t.Get<string>("SELECT data FROM run WHERE id = @run", new { run })),
        };
    });

    /// <inheritdoc/>
    public IReadOnlyList<RunSummary> List() => Read(t =>
        t.Query<RunRow>($"SELECT {RunRow.Columns} FROM run ORDER BY number DESC").ConvertAll(Summary));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Specs() => Read(t =>
        t.Query<SpecRow>("SELECT id AS Id, spec AS Spec FROM run").ToDictionary(r => r.Id, r => r.Spec, StringComparer.Ordinal));

    /// <inheritdoc/>
    public string? FindUnfinished(string identity, bool noCache) => Read(t => Unfinished(t, identity, noCache));

    private static string? Unfinished(LedgerTransaction transaction, string identity, bool noCache) => transaction.Find<string>(
        """
        SELECT id FROM run WHERE identity = @identity AND no_cache = @noCache AND NOT gated AND state IN ('running', 'paused', 'failed')
        ORDER BY number DESC LIMIT 1
        """,
        new { identity, noCache });

    /// <inheritdoc/>
    public IReadOnlyList<LedgerEvent> Events(string run) => Read(t => t.Query<EventRow>(
        """
        SELECT e.seq AS Seq, e.at AS At, s.name AS Stage, e.generation AS Generation, e.attempt AS Attempt, e.event AS Event,
          e.from_state AS FromState, e.to_state AS ToState, e.worker AS Worker, e.detail AS Detail
        FROM event e JOIN stage s ON s.id = e.stage_id WHERE e.run_id = @run ORDER BY e.seq
        """,
        new { run }).ConvertAll(e => new LedgerEvent(
            e.Seq, Time(e.At), e.Stage, e.Generation, e.Attempt, e.Event, e.FromState, e.ToState, e.Worker, e.Detail)));

    /// <inheritdoc/>
    public IReadOnlyList<AttemptView> Attempts(string run) => Read(t => t.Query<AttemptRow>(
        """
        SELECT s.name AS Stage, a.generation AS Generation, a.number AS Number, a.worker AS Worker, a.started_at AS StartedAt,
          a.resumed_step AS ResumedStep, a.ended_at AS EndedAt, a.outcome AS Outcome, COALESCE(a.progress, c.progress) AS Progress,
          a.detail AS Detail
        FROM attempt a JOIN stage s ON s.id = a.stage_id LEFT JOIN claim c ON c.stage_id = a.stage_id AND c.fence = a.fence
        WHERE s.run_id = @run ORDER BY s.id, a.fence
        """,
        new { run }).ConvertAll(a => new AttemptView(
            a.Stage, a.Generation, a.Number, a.Worker, Time(a.StartedAt), Time(a.EndedAt),
            a.Outcome is null ? null : Enum.Parse<StageEvent>(a.Outcome),
            a.ResumedStep, a.Progress is null ? null : FromJson<StageProgress>(a.Progress), a.Detail)));

    private static StageView View(StageRow row) => new()
    {
        Node = FromJson<StageNode>(row.Node ?? throw new InvalidDataException($"Stage '{row.Name}' was read without its plan.")),
        Version = (int?)row.Version,
        State = row.State,
        Generation = row.Generation,
        Attempts = row.Attempts,
        Key = row.StageKey,
        ResumedAtStep = row.ResumedStep,
        Checkpoint = row.CheckpointLocation is { } location ? new CheckpointRef(location, row.CheckpointStep ?? 0) : null,
        ReusedFrom = row.ReusedFrom,
        Metrics = row.Metrics is null ? null : FromJson<JsonElement>(row.Metrics),
        Output = row.Output is null ? null : FromJson<Artifact>(row.Output),
        FanOut = (int?)row.FanOut,
        GateShut = row.GateShut,
        Error = row.Error,
        Worker = row.Worker,
        Progress = row.Progress is null ? null : SinceResumed(FromJson<StageProgress>(row.Progress), row.ResumedStep),
        ProgressAt = Time(row.ProgressAt),
        Since = Time(row.Since),
        Started = Time(row.StartedAt),
        Ended = Time(row.EndedAt),
    };

    // A body may count from its beginning while it reads back what it goes on from.
    private static StageProgress SinceResumed(StageProgress progress, long? resumed) =>
        progress.Steps > 0 && resumed > progress.Step ? progress with { Step = Math.Min(resumed.Value, progress.Steps) } : progress;

    private static RunSummary Summary(RunRow row) => new(row.Id, row.Name, row.State, row.Identity, Time(row.CreatedAt), Time(row.EndedAt)) { Gated = row.Gated };

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } known ? Time(known) : null;

    private sealed class SpecRow
    {
        public string Id { get; set; } = "";
        public string Spec { get; set; } = "";
    }

    private sealed class EventRow
    {
        public long Seq { get; set; }
        public long At { get; set; }
        public string Stage { get; set; } = "";
        public int Generation { get; set; }
        public int Attempt { get; set; }
        public StageEvent Event { get; set; }
        public StageState FromState { get; set; }
        public StageState ToState { get; set; }
        public string? Worker { get; set; }
        public string? Detail { get; set; }
    }

    private sealed class AttemptRow
    {
        public string Stage { get; set; } = "";
        public int Generation { get; set; }
        public int Number { get; set; }
        public string Worker { get; set; } = "";
        public long StartedAt { get; set; }
        public long? ResumedStep { get; set; }
        public long? EndedAt { get; set; }
        public string? Outcome { get; set; }
        public string? Progress { get; set; }
        public string? Detail { get; set; }
    }
}
