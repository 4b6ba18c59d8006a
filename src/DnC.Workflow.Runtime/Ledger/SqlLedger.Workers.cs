using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger : IWorkerRegistry
{
    /// <summary>How long a worker that vanished is still listed. [ours]</summary>
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(15);

    /// <inheritdoc/>
    public void Announce(WorkerNote note) => Write(t =>
    {
        // The narrow update first: it is all there is to do, every two seconds for every worker.
        var row = new
        {
            note.Id,
            note.Host,
            note.Pid,
            note.Version,
            note.Device,
            slots = ToJson(note.Slots),
            kinds = ToJson(note.Kinds),
            unseen = ToJson(note.Unseen),
            note.Ailment,
            note.Draining,
            now = t.Now,
            until = t.Now + (long)_parts.Lease.Lease.TotalMilliseconds,
        };
        return t.Execute("UPDATE worker SET seen_at = @now, live_until = @until, draining = @Draining, unseen = @unseen, ailment = @Ailment WHERE id = @Id", row) == 1 || t.Execute(
            """
            INSERT INTO worker (id, host, pid, version, device, slots, kinds, unseen, ailment, draining, started_at, seen_at, live_until)
            VALUES (@Id, @Host, @Pid, @Version, @Device, @slots, @kinds, @unseen, @Ailment, @Draining, @now, @now, @until)
            """,
            row) == 1;
    });

    /// <inheritdoc/>
    public void Leave(string worker) => Write(t => t.Execute("DELETE FROM worker WHERE id = @worker", new { worker }));

    /// <inheritdoc/>
    public IReadOnlyList<WorkerView> Workers() => Read(t =>
    {
        var running = t.Query<ClaimRow>(
            "SELECT c.worker AS Worker, c.run_id AS Run, s.name AS Stage FROM claim c JOIN stage s ON s.id = c.stage_id ORDER BY c.seen")
            .ToLookup(c => c.Worker, c => new RunningStage(c.Run, c.Stage), StringComparer.Ordinal);
        return t.Query<WorkerRow>(
            """
            SELECT id AS Id, host AS Host, pid AS Pid, version AS Version, device AS Device, slots AS Slots, kinds AS Kinds, unseen AS Unseen, ailment AS Ailment,
              draining AS Draining, started_at AS StartedAt, seen_at AS SeenAt, live_until AS LiveUntil
            FROM worker ORDER BY host, started_at, id
            """).ConvertAll(row => new WorkerView(
                Note(row), Time(row.StartedAt), Time(row.SeenAt), row.LiveUntil >= t.Now, [.. running[row.Id]]));
    });

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> LiveSlots() => Read(t =>
        t.Query<string>("SELECT slots FROM worker WHERE live_until >= @Now AND NOT draining", new { t.Now })
            .SelectMany(FromJson<Dictionary<string, int>>)
            .GroupBy(s => s.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(s => s.Value), StringComparer.Ordinal));

    /// <summary>Takes those out that vanished a while ago.</summary>
    private static void ForgetWorkers(LedgerTransaction transaction) => transaction.Execute(
        "DELETE FROM worker WHERE seen_at < @before", new { before = transaction.Now - (long)ForgetAfter.TotalMilliseconds });

    private static WorkerNote Note(WorkerRow row) => new()
    {
        Id = row.Id,
        Host = row.Host,
        Pid = row.Pid,
        Version = row.Version,
        Device = row.Device,
        Slots = FromJson<Dictionary<string, int>>(row.Slots),
        Kinds = FromJson<Dictionary<string, int>>(row.Kinds),
        Unseen = FromJson<string[]>(row.Unseen),
        Ailment = row.Ailment,
        Draining = row.Draining,
    };

    private sealed class WorkerRow
    {
        public string Id { get; set; } = "";
        public string Host { get; set; } = "";
        public int Pid { get; set; }
        public string Version { get; set; } = "";
        public string Device { get; set; } = "";
        public string Slots { get; set; } = "";
        public string Kinds { get; set; } = "";
        public string Unseen { get; set; } = "[]";
        public string? Ailment { get; set; }
        public bool Draining { get; set; }
        public long StartedAt { get; set; }
        public long SeenAt { get; set; }
        public long LiveUntil { get; set; }
    }

    private sealed class ClaimRow
    {
        public string Worker { get; set; } = "";
        public string Run { get; set; } = "";
        public string Stage { get; set; } = "";
    }
}
