using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <inheritdoc/>
    public RunSummary? FindSummary(string run) => Read(t =>
        t.Find<RunRow>($"SELECT {RunRow.Columns} FROM run WHERE id = @run", new { run }) is { } row ? Summary(row) : null);

    /// <inheritdoc/>
    public IReadOnlyList<string> FindIds(string beginning, int atMost) => Read(t =>
        t.Query<string>(
            """
            SELECT id FROM run WHERE LOWER(SUBSTR(id, 1, @length)) = LOWER(@beginning)
            ORDER BY CASE WHEN LENGTH(id) = @length THEN 0 ELSE 1 END, number DESC LIMIT @atMost
            """,
            new { beginning, length = beginning.Length, atMost }));

    /// <inheritdoc/>
    public string? FindRequested(string requestId) => Read(t => t.Find<string>("SELECT id FROM run WHERE request_id = @requestId", new { requestId }));

    /// <inheritdoc/>
    public IReadOnlyList<(string Run, string RequestId)> Unfinished(string requestBeginning) => Read(t =>
        t.Query<Begun>(
            """
            SELECT id AS Id, request_id AS RequestId FROM run
            WHERE SUBSTR(request_id, 1, @length) = @beginning AND state IN ('running', 'paused', 'failed') ORDER BY number
            """,
            new { beginning = requestBeginning, length = requestBeginning.Length }).ConvertAll(r => (r.Id, r.RequestId)));

    private sealed class Begun
    {
        public string Id { get; set; } = "";
        public string RequestId { get; set; } = "";
    }
}
