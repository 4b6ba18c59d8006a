using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <inheritdoc/>
    public StoredResult? FindResult(string key) => Read(t => FindRow(t, key)) is { } row
        ? new StoredResult(
            key,
            row.Run,
            row.Stage,
            FromJson<Artifact>(row.Output),
            new StageResult(FromJson<JsonElement>(row.Metrics), (int?)row.FanOut))
        : null;

    private static ResultRow? FindRow(LedgerTransaction transaction, string key) =>
        transaction.Find<ResultRow>($"SELECT {ResultRow.Columns} FROM result r WHERE r.stage_key = @key", new { key });

    // What was seen before the look at the bytes has to be so still: the stage not moved, the run not stopped, the result not lost.
    private static bool Reuse(LedgerTransaction transaction, Outcome.Known known, string worker)
    {
        var run = transaction.LockRun(known.Run);
        if (transaction.FindStill(known.Stage, StageState.Ready) is not { } stage || stage.Moved != known.Moved || run.Paused || run.Cancelled
            || FindShared(transaction, known.Result.Key)?.Location != known.Result.Location)
            return false;

        stage.StageKey = known.Result.Key;
        (stage.Output, stage.Metrics, stage.FanOut) = (known.Result.Output, known.Result.Metrics, known.Result.FanOut);
        stage.ReusedFrom = $"{known.Result.Run}/{known.Result.Stage}";
        (stage.Error, stage.NotBefore) = (null, 0);
        transaction.Move(stage, StageEvent.ResultFound, StageState.Reused, Actor.Claimer, worker, stage.ReusedFrom);
        transaction.PassOn(stage);
        return true;
    }

    internal sealed class ResultRow
    {
        /// <summary>The select list, of table alias r.</summary>
        public const string Columns =
            """
            r.stage_key AS Key, r.run_id AS Run, r.stage_name AS Stage, r.location AS Location, r.output AS Output, r.metrics AS Metrics,
            r.fan_out AS FanOut
            """;

        /// <summary>The stage that is running under the key asked for; only where the query asks for it.</summary>
        public string? Running { get; set; }
        public string Key { get; set; } = "";
        public string Run { get; set; } = "";
        public string Stage { get; set; } = "";
        public string Location { get; set; } = "";
        public string Output { get; set; } = "";
        public string Metrics { get; set; } = "";
        public long? FanOut { get; set; }
    }
}
