using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger : IOutbox
{
    /// <inheritdoc/>
    public event Action? Filled;

    /// <inheritdoc/>
    public IReadOnlyList<StageEnd> Take(OutboxRequest request)
    {
        // Nobody polls by writing.
        if (Read(t => t.Find<long?>($"SELECT o.seq FROM outbox o WHERE {MayBeTold} LIMIT 1", Timed(t, request))) is null)
            return [];
        return Write(t =>
        {
            // Of two that take the same answer at the same moment the second waits for the first, looks at it again, and finds it held.
            var taken = t.Query<long>(
                $"""
                UPDATE outbox SET tries = tries + 1, holder = @Holder, held_until = @until
                WHERE seq IN (SELECT o.seq FROM outbox o WHERE {MayBeTold} ORDER BY o.tries, o.seq LIMIT @AtMost)
                  AND (held_until IS NULL OR held_until < @now)
                RETURNING seq
                """,
                Timed(t, request));
            taken.Sort();
            return taken.ConvertAll(seq => t.Get<OutboxRow>($"{OutboxRow.Select} WHERE o.seq = @seq", new { seq }).End());
        });
    }

    /// <inheritdoc/>
    public void Hold(string holder, IReadOnlyCollection<long> deliveries, TimeSpan hold) => Write(t =>
    {
        foreach (var seq in deliveries.Order())
        {
            t.Later(
                "UPDATE outbox SET held_until = @until WHERE seq = @seq AND holder = @holder",
                new { until = t.Now + (long)hold.TotalMilliseconds, seq, holder });
        }

        return true;
    });

    /// <inheritdoc/>
    public void Acknowledge(IReadOnlyCollection<long> deliveries) => Write(t =>
    {
        foreach (var seq in deliveries.Order())
        {
            if (t.Find<string>("DELETE FROM outbox WHERE seq = @seq RETURNING request_id", new { seq }) is { } request)
            {
                t.Later(
                    "UPDATE gate_request SET state = 'delivered', closed_at = @Now WHERE id = @request AND state = 'answered'",
                    new { t.Now, request });
            }
        }

        return true;
    });

    /// <inheritdoc/>
    public void GiveBack(StageEnd end, string holder, string error, TimeSpan wait) => Write(t => t.Execute(
        """
        UPDATE outbox SET due_at = @due, holder = NULL, held_until = NULL, error = @error
        WHERE seq = @Delivery AND holder = @holder AND tries = @Try
        """,
        new { due = t.Now + (long)wait.TotalMilliseconds, error, end.Delivery, holder, end.Try }));

    /// <inheritdoc/>
    public IReadOnlyList<UndeliveredEnd> Undelivered() => Read(t => t.Query<OutboxRow>($"{OutboxRow.Select} ORDER BY o.seq")
        .ConvertAll(o => new UndeliveredEnd(o.End(), o.LastError, Time(Math.Max(o.DueAt, o.AnsweredAt)), o.HeldUntil >= t.Now ? o.Holder : null)));

    // Due, in nobody's hands, and the oldest of its run but for those that are set aside.
    private const string MayBeTold =
        """
        o.listener = @Listener AND o.due_at <= @now AND (o.held_until IS NULL OR o.held_until < @now)
          AND NOT EXISTS (
            SELECT 1 FROM outbox e WHERE e.listener = o.listener AND e.run_id = o.run_id AND e.seq < o.seq AND e.tries < @SetAsideAfter)
        """;

    private static object Timed(LedgerTransaction transaction, OutboxRequest request) => new
    {
        request.Listener,
        request.Holder,
        request.AtMost,
        request.SetAsideAfter,
        now = transaction.Now,
        until = transaction.Now + (long)request.Hold.TotalMilliseconds,
    };

    /// <summary>An answer with its place in the outbox.</summary>
    private sealed class OutboxRow
    {
        public const string Select =
            """
            SELECT o.seq AS Seq, o.tries AS Tries, o.due_at AS DueAt, o.holder AS Holder, o.held_until AS HeldUntil, o.error AS LastError,
              q.id AS Id, q.listener AS Listener, q.run_id AS Run, s.name AS Stage, q.answered_at AS AnsweredAt, q.generation AS Generation,
              q.answer AS Answer, q.error AS Error, q.stage_key AS StageKey, q.output AS Output, q.fan_out AS FanOut
            FROM outbox o JOIN gate_request q ON q.id = o.request_id LEFT JOIN stage s ON s.id = q.stage_id
            """;

        public long Seq { get; set; }
        public int Tries { get; set; }
        public long DueAt { get; set; }
        public string? Holder { get; set; }
        public long? HeldUntil { get; set; }
        public string? LastError { get; set; }
        public string Id { get; set; } = "";
        public string Listener { get; set; } = "";
        public string Run { get; set; } = "";
        public string? Stage { get; set; }
        public long AnsweredAt { get; set; }
        public int Generation { get; set; }
        public StageState Answer { get; set; }
        public string? Error { get; set; }
        public string? StageKey { get; set; }
        public string? Output { get; set; }
        public long? FanOut { get; set; }

        public StageEnd End() => new()
        {
            Delivery = Seq,
            Try = Tries,
            RequestId = Id,
            Listener = Listener,
            Run = Run,
            Stage = Stage,
            Generation = Generation,
            State = Answer,
            Error = Error,
            Key = StageKey,
            Output = Output,
            FanOut = (int?)FanOut,
            Ended = Time(AnsweredAt),
        };
    }
}
