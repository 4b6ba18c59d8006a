using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <inheritdoc/>
    public RequestView? FindRequest(string requestId) => Read(t =>
        t.Find<RequestRow>($"{RequestRow.Select} WHERE q.id = @requestId", new { requestId })?.View());

    /// <inheritdoc/>
    public IReadOnlyList<RequestView> OpenRequests(string? run = null) => Read(t => t.Query<RequestRow>(
        $"{RequestRow.Select} WHERE q.closed_at IS NULL AND (CAST(@run AS TEXT) IS NULL OR q.run_id = @run) ORDER BY q.number",
        new { run }).ConvertAll(q => q.View()));

    /// <inheritdoc/>
    public bool Redeliver(string requestId) => Write(t =>
    {
        if (t.Find<string>("SELECT run_id FROM gate_request WHERE id = @requestId", new { requestId }) is not { } run)
            return false;
        t.LockRun(run);
        return t.Execute(
            "UPDATE gate_request SET state = 'answered', closed_at = NULL WHERE id = @requestId AND state = 'delivered' AND answer IS NOT NULL", new { requestId }) == 1
            && t.Enqueue("id = @requestId", new { requestId }) == 1;
    });

    /// <summary>A request with where things stand.</summary>
    private sealed class RequestRow
    {
        public const string Select =
            """
            SELECT q.id AS Id, q.run_id AS Run, s.name AS Stage, q.listener AS Listener, q.state AS State, q.asked_at AS AskedAt, q.answer AS Answer,
              q.error AS Error, q.stage_key AS StageKey, q.output AS Output, q.fan_out AS FanOut, s.state AS StageState, r.state AS RunState
            FROM gate_request q JOIN run r ON r.id = q.run_id LEFT JOIN stage s ON s.id = q.stage_id
            """;

        public string Id { get; set; } = "";
        public string Run { get; set; } = "";
        public string? Stage { get; set; }
        public string Listener { get; set; } = "";
        public RequestState State { get; set; }
        public long AskedAt { get; set; }
        public StageState? Answer { get; set; }
        public string? Error { get; set; }
        public string? StageKey { get; set; }
        public string? Output { get; set; }
        public long? FanOut { get; set; }
        public StageState? StageState { get; set; }
        public RunState RunState { get; set; }

        public RequestView View() => new()
        {
            RequestId = Id,
            Listener = Listener,
            Run = Run,
            Stage = Stage,
            State = State,
            Asked = Time(AskedAt),
            Answer = Answer,
            Error = Error,
            Key = StageKey,
            Output = Output,
            FanOut = (int?)FanOut,
            StageState = StageState,
            RunState = RunState,
        };
    }
}
