using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <inheritdoc/>
    public bool InputLost(ClaimTicket ticket, string input, string reason) => Write(t =>
    {
        if (Fenced(t, ticket) is not { } stage)
            return false;
        var run = t.LockRun(ticket.Run);
        if (run.Cancelled)
        {
            t.Move(stage, StageEvent.RunCancelled, StageState.Cancelled, Actor.FencedEngine, stage.Worker, reason);
            return true;
        }

        var node = FromJson<StageNode>(t.Get<string>("SELECT node FROM stage WHERE id = @Id", new { stage.Id }));
        var lost = node.Inputs.FirstOrDefault(i => i.Name == input)
            ?? throw new ArgumentException($"Stage '{ticket.Stage}' has no input '{input}'.", nameof(input));

        // Two consumers find the same loss: the second one's news is old once the producer has moved, for it was given the old bytes.
        var seen = t.Get<long>("SELECT seen FROM claim WHERE stage_id = @Id", new { stage.Id });
        if (t.FindStage(ticket.Run, lost.From) is { State: StageState.Succeeded or StageState.Reused } producer && producer.Moved < seen)
            LoseOutput(t, producer, $"{ticket.Stage} read '{lost.File}': {reason}");

        stage.InputLosses++;
        var detail = $"input '{input}': {reason}";
        if (stage.InputLosses >= FromJson<RetryPolicy>(run.Retry).MaxLossesWithoutProgress)
        {
            stage.Error = $"Its input '{input}' from stage '{lost.From}' was lost {stage.InputLosses} times ({reason}). Check the disk of the artifact store.";
            t.Move(stage, StageEvent.GaveUp, StageState.Failed, Actor.FencedEngine, stage.Worker, stage.Error, detail);
            return true;
        }

        t.Move(stage, StageEvent.InputLost, StageState.Waiting, Actor.FencedEngine, stage.Worker, detail);
        t.Settle(stage.Id);
        return true;
    });

    // Nobody may be given these bytes again, under whatever name: the result goes, the producer works, who was ready waits.
    private static void LoseOutput(LedgerTransaction transaction, StageRow producer, string reason)
    {
        if (producer.Output is { } output)
            transaction.Execute("DELETE FROM result WHERE location = @Location", new { FromJson<Artifact>(output).Location });
        // Locked before the producer moves: a claim of one of these is over by then, or finds it waiting. None reads what is between.
        var ready = transaction.Query<StageRow>(
            $"SELECT {StageRow.Columns} FROM edge e JOIN stage s ON s.id = e.to_id WHERE e.from_id = @Id AND s.state = 'ready' ORDER BY s.id{transaction.Locked("s")}",
            new { producer.Id });
        transaction.MoveBack(producer, StageEvent.OutputLost, Actor.FencedEngine, detail: reason);
        transaction.MoveAll(ready, StageEvent.InputLost, StageState.Waiting, Actor.FencedEngine, reason);
    }
}
