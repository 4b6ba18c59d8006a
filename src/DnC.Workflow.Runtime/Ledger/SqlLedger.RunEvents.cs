using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <inheritdoc/>
    public IReadOnlyList<RunEvent> RunEvents(string run) => Read(t => t.Query<RunEventRow>(
        "SELECT after_seq AS AfterSeq, at AS At, event AS Event, who AS Who, detail AS Detail FROM run_event WHERE run_id = @run ORDER BY number",
        new { run }).ConvertAll(e => new RunEvent(e.AfterSeq, Time(e.At), e.Event, e.Who, e.Detail)));

    /// <summary>Notes a wish about a run. Before its stages move because of it: theirs come after it.</summary>
    /// <param name="transaction">Holds the run's lock.</param>
    /// <param name="run">The run.</param>
    /// <param name="happened">What is wanted.</param>
    /// <param name="detail">Of what, or why.</param>
    /// <param name="who">Who wants it; null: whoever has this ledger open.</param>
    private void Note(LedgerTransaction transaction, string run, RunWishEvent happened, string? detail = null, string? who = null) => transaction.Execute(
        """
        INSERT INTO run_event (run_id, after_seq, at, event, who, detail)
        VALUES (@run, (SELECT COALESCE(MAX(seq), 0) FROM event WHERE run_id = @run), @Now, @happened, @who, @detail)
        """,
        new { run, transaction.Now, happened = happened.ToString(), who = who ?? _parts.Who, detail });

    private sealed class RunEventRow
    {
        public long AfterSeq { get; set; }
        public long At { get; set; }
        public RunWishEvent Event { get; set; }
        public string Who { get; set; } = "";
        public string? Detail { get; set; }
    }
}
