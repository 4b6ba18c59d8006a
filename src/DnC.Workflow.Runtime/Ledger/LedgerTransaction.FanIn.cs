using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Ledger;

internal sealed partial class LedgerTransaction
{
    // The stage that decides about the fan-out rides along, so that no second query is needed for each dependant.
    private const string WithFan = $"SELECT {StageRow.Columns}, f.state AS FanState, f.fan_out AS FanFanOut FROM stage s LEFT JOIN stage f ON f.id = s.fan_id";

    /// <summary>A stage of a run, locked where this transaction writes, or null.</summary>
    public StageRow? FindStage(string run, string name) => Find<StageRow>(
        $"SELECT {StageRow.Columns} FROM stage s WHERE s.run_id = @run AND s.name = @name{Locked("s")}", new { run, name });

    /// <summary>The stage as it is by now, locked, or null where it is not in this state any more. The caller holds its run's lock.</summary>
    public StageRow? FindStill(long id, StageState state) => Find<StageRow>(
        $"SELECT {StageRow.Columns} FROM stage s WHERE s.id = @id AND s.state = @state{Locked("s")}", new { id, state = state.Word() });

    /// <summary>
    /// What waited for a stage that is now satisfied: those without anything left to wait for become ready, those whose cluster
    /// does not exist are skipped, and so on behind them. Touches the direct dependants only, however large the run is.
    /// </summary>
    /// <remarks>Waiting stages change under their run's lock alone, so that these rows need none of their own.</remarks>
    public void PassOn(StageRow satisfied, Actor by = Actor.CompletingTransaction)
    {
        for (long[] open = [satisfied.Id]; open.Length > 0;)
        {
            var next = open.Chunk(MaxList).SelectMany(parents => Query<StageRow>(
                $"""
                {WithFan} JOIN edge e ON e.to_id = s.id
                WHERE e.from_id {Dialect.In("parents")} AND s.state = 'waiting' AND (s.pending = 0 OR s.fan_id {Dialect.In("parents")})
                """,
                new { parents })).DistinctBy(s => s.Id).OrderBy(s => s.Id).ToList();
            open = [.. GoOn(next, by).Select(s => s.Id)];
        }
    }

    /// <summary>Makes stages ready that were stored in this transaction and wait for nothing.</summary>
    public void SettleRoots(List<StageRow> roots) => GoOn(roots, Actor.CompletingTransaction);

    /// <summary>Puts one waiting stage where its inputs say it belongs, and what follows from that.</summary>
    public void Settle(long id, Actor by = Actor.CompletingTransaction)
    {
        var stage = Get<StageRow>($"{WithFan} WHERE s.id = @id", new { id });
        if (stage.State == StageState.Waiting && GoOn([stage], by).Count > 0)
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

    // Returns those that do not exist: what waits for them goes on too.
    private List<StageRow> GoOn(List<StageRow> waiting, Actor by)
    {
        var absent = waiting.FindAll(s => s.IsAbsent);
        MoveAll(absent, StageEvent.ClusterAbsent, StageState.Skipped, by);
        MoveAll(waiting.FindAll(s => !s.IsAbsent && s.Pending == 0), StageEvent.InputsComplete, StageState.Ready, by);
        return absent;
    }
}
