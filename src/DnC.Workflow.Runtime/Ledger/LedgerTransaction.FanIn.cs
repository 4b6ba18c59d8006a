using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Ledger;

internal sealed partial class LedgerTransaction
{
    // The stage that decides about the fan-out rides along, so that no second query is needed for each dependant.
    private const string WithFan = $"SELECT {StageRow.Columns}, f.state AS FanState, f.fan_out AS FanFanOut FROM stage s LEFT JOIN stage f ON f.id = s.fan_id";

    /// <summary>A stage of a run, or null.</summary>
    public StageRow? FindStage(string run, string name) => Find<StageRow>(
        $"SELECT {StageRow.Columns} FROM stage s WHERE s.run_id = @run AND s.name = @name{Dialect.LockRows}", new { run, name });

    /// <summary>
    /// What waited for a stage that is now satisfied: those without anything left to wait for become ready, those whose cluster
    /// does not exist are skipped, and so on behind them. Touches the direct dependants only, however large the run is.
    /// </summary>
    public void PassOn(StageRow satisfied, Actor by = Actor.CompletingTransaction)
    {
        var open = new Queue<long>([satisfied.Id]);
        while (open.TryDequeue(out var parent))
        {
            foreach (var stage in Query<StageRow>(
                $"""
                {WithFan} JOIN edge e ON e.to_id = s.id
                WHERE e.from_id = @parent AND s.state = 'waiting' AND (s.pending = 0 OR s.fan_id = @parent) ORDER BY s.id
                """,
                new { parent }))
            {
                if (TryGoOn(stage, by) == StageState.Skipped)
                    open.Enqueue(stage.Id);
            }
        }
    }

    /// <summary>Puts one waiting stage where its inputs say it belongs, and what follows from that.</summary>
    public void Settle(long id, Actor by = Actor.CompletingTransaction)
    {
        var stage = Get<StageRow>($"{WithFan} WHERE s.id = @id", new { id });
        if (stage.State == StageState.Waiting && TryGoOn(stage, by) == StageState.Skipped)
            PassOn(stage, by);
    }

    /// <summary>
    /// Moves a stage to ready, and from there on to waiting where an input of it was lost meanwhile:
    /// 'ready' always means that every input is there.
    /// </summary>
    public void MoveBack(StageRow stage, StageEvent happened, Actor by, string? worker = null, string? detail = null, string? account = null)
    {
        Move(stage, happened, StageState.Ready, by, worker, detail, account);
        var pending = Get<long>("SELECT pending FROM stage WHERE id = @id", new { id = stage.Id });
        if (pending > 0)
            Move(stage, StageEvent.InputLost, StageState.Waiting, by, worker, "an input is being made again");
    }

    private StageState TryGoOn(StageRow stage, Actor by)
    {
        if (stage.IsAbsent)
            Move(stage, StageEvent.ClusterAbsent, StageState.Skipped, by);
        else if (stage.Pending == 0)
            Move(stage, StageEvent.InputsComplete, StageState.Ready, by);
        return stage.State;
    }
}
