using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    private const int LongestRequestId = 200;

    /// <inheritdoc/>
    public GateReply OpenGate(GateRequest request) => Write(t =>
    {
        var run = LockKnownRun(t, request.Run);
        if (Known(t, request.RequestId, request.Run, request.Stage) is { } known)
            return known;
        var stage = t.FindStage(request.Run, request.Stage) ?? throw new UserInputException(
            UnknownStage.Message(request.Run, request.Stage, NamesOf(t, request.Run)));
        request.Wants.Check();
        Record(t, run, request.RequestId, request.Listener, stage.Id, patient: request.IfEnded == IfEnded.Wait);
        t.PlanAnew(stage, request.Wants);
        var effect = Ask(t, run, stage, request);
        return new GateReply(effect, effect == GateEffect.Answered ? RequestState.Answered : RequestState.Open);
    });

    /// <inheritdoc/>
    public GateReply WatchRun(RunWatch watch) => Write(t =>
    {
        var run = LockKnownRun(t, watch.Run);
        if (Known(t, watch.RequestId, watch.Run, stage: null) is { } known)
            return known;
        Record(t, run, watch.RequestId, watch.Listener, stage: null, watch.Patient);
        var goesOn = watch.ContinueFailed && run.State == RunState.Failed;
        if (goesOn)
        {
            Note(t, run.Id, RunWishEvent.Continued, who: By(watch.Listener, watch.RequestId));
            foreach (var failed in t.Query<StageRow>(
                $"SELECT {StageRow.Columns} FROM stage s WHERE s.run_id = @Id AND s.state = 'failed' ORDER BY s.id", new { run.Id }))
                GoOn(t, failed);
        }

        // The commit answers it where the run has ended, as it answers those that were there before.
        return run.HasEnded && !(watch.Patient && run.Derive() == RunState.Failed)
            ? new GateReply(GateEffect.Answered, RequestState.Answered)
            : new GateReply(goesOn ? GateEffect.Continued : GateEffect.Attached, RequestState.Open);
    });

    /// <inheritdoc/>
    public bool Withdraw(string requestId, bool cancelRun) => Write(t =>
    {
        if (t.Find<string>("SELECT run_id FROM gate_request WHERE id = @requestId", new { requestId }) is not { } id)
            return false;
        var run = t.LockRun(id);
        // In the order of an acknowledgement, which takes no lock of the run. Only a live request has an answer there.
        t.Later("DELETE FROM outbox WHERE request_id = @requestId", new { requestId });
        var dropped = t.Execute(
            "UPDATE gate_request SET state = 'withdrawn', closed_at = @Now WHERE id = @requestId AND closed_at IS NULL", new { requestId, t.Now });
        if (dropped == 0)
            return false;
        // Whoever has an answer on its way waits as well: it is about to go on.
        var others = t.Get<long>("SELECT COUNT(*) FROM gate_request WHERE run_id = @id AND closed_at IS NULL", new { id });
        if (cancelRun && others == 0)
            Cancel(t, run, By(t.Get<string>("SELECT listener FROM gate_request WHERE id = @requestId", new { requestId }), requestId));
        return true;
    });

    /// <inheritdoc/>
    public int OpenAllGates(string run, StageWants? wants = null) => Write(t =>
    {
        wants?.Check();
        LockKnownRun(t, run);
        var shut = t.Query<StageRow>($"SELECT {StageRow.Columns} FROM stage s WHERE s.run_id = @run AND s.gate_shut ORDER BY s.id", new { run });
        if (shut.Count > 0)
            Note(t, run, RunWishEvent.GatesOpened);
        foreach (var stage in shut)
        {
            if (wants is not null)
                t.PlanAnew(stage, wants);
            t.OpenGate(stage);
            t.Settle(stage.Id);
        }

        return shut.Count;
    });

    private static string By(string listener, string request) => $"{listener}, request {request}";

    private GateEffect Ask(LedgerTransaction transaction, RunRow run, StageRow stage, GateRequest request)
    {
        if (!stage.State.IsEnded())
        {
            if (!transaction.OpenGate(stage))
                return GateEffect.Attached;
            transaction.Settle(stage.Id); // to ready, or to skipped, which answers
            return GateEffect.Opened;
        }

        // A request that was under way when somebody cancelled the run starts nothing, unless it says that it means to.
        var isDone = stage.State.IsSatisfied() && (request.IfEnded != IfEnded.Redo || stage.State == StageState.Skipped);
        var waits = request.IfEnded == IfEnded.Wait;
        if (isDone || (run.Cancelled && (waits || !request.Revive)) || (waits && stage.State == StageState.Cancelled))
        {
            transaction.Answer(stage); // a patient one by the commit, where it waits for what nobody will do again
            return GateEffect.Answered;
        }

        if (waits)
            return GateEffect.Attached;
        run.Cancelled = false;
        if (request.IfEnded == IfEnded.GoOn && stage.State == StageState.Failed)
        {
            Note(transaction, run.Id, RunWishEvent.Continued, stage.Name, By(request.Listener, request.RequestId));
            GoOn(transaction, stage);
            return GateEffect.Continued;
        }

        Note(transaction, run.Id, RunWishEvent.Rerun, stage.Name, By(request.Listener, request.RequestId));
        DoAgain(transaction, Stale(transaction, request.Run, request.Stage));
        return GateEffect.Restarted;
    }

    private static GateReply? Known(LedgerTransaction transaction, string id, string run, string? stage)
    {
        if (id.Length is 0 or > LongestRequestId)
            throw new UserInputException($"'{id}' is no id for a request: it takes 1 to {LongestRequestId} characters.");
        if (transaction.Find<RequestRow>($"{RequestRow.Select} WHERE q.id = @id", new { id }) is not { } known)
            return null;
        return (known.Run, known.Stage) == (run, stage)
            ? new GateReply(GateEffect.Known, known.State)
            : throw new UserInputException(
                $"Request '{id}' was made for {Told(known.Run, known.Stage)} and cannot be made for {Told(run, stage)}: give each request an id of its own.");

        static string Told(string run, string? stage) => stage is null ? $"the end of run {run}" : $"stage '{stage}' of run {run}";
    }

    private static void Record(LedgerTransaction transaction, RunRow run, string id, string listener, long? stage, bool patient)
    {
        transaction.Later(
            "INSERT INTO gate_request (id, run_id, stage_id, listener, patient, state, asked_at) VALUES (@id, @run, @stage, @listener, @patient, 'open', @Now)",
            new { id, run = run.Id, stage, listener, patient, transaction.Now });
        if (run.Requested)
            return;
        run.Requested = true;
        transaction.Later("UPDATE run SET requested = TRUE WHERE id = @Id", new { run.Id });
    }
}
