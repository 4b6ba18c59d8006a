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

    private static ResultRow? FindRow(LedgerTransaction transaction, string key) => transaction.Find<ResultRow>(
        """
        SELECT stage_key AS Key, run_id AS Run, stage_name AS Stage, location AS Location, output AS Output, metrics AS Metrics, fan_out AS FanOut
        FROM result WHERE stage_key = @key
        """,
        new { key });

    // What was seen before the look at the bytes has to be so still: the stage not moved, the run not stopped, the result not lost.
    private static bool Reuse(LedgerTransaction transaction, Outcome.Known known, string worker)
    {
        var owner = transaction.Get<string>("SELECT run_id FROM stage WHERE id = @Stage", new { known.Stage });
        var run = transaction.LockRun(owner);
        var stage = transaction.Get<StageRow>($"SELECT {StageRow.Columns} FROM stage s WHERE s.id = @Stage{transaction.Dialect.LockRows}", new { known.Stage });
        if (stage.Moved != known.Moved || run.Paused || run.Cancelled || FindRow(transaction, known.Result.Key)?.Location != known.Result.Location)
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
        public string Key { get; set; } = "";
        public string Run { get; set; } = "";
        public string Stage { get; set; } = "";
        public string Location { get; set; } = "";
        public string Output { get; set; } = "";
        public string Metrics { get; set; } = "";
        public long? FanOut { get; set; }
    }
}
