using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

internal sealed partial class LedgerModel
{
    /// <summary>Every request that was ever made, in that order.</summary>
    public List<ModelRequest> Requests { get; } = [];

    /// <summary>Answers that are not acknowledged, in the order in which they were given.</summary>
    public List<ModelRequest> Outbox { get; } = [];

    /// <summary>What a request does; null where it is refused.</summary>
    public GateEffect? OpenGate(string id, ModelStage stage, IfEnded ifEnded, bool revive)
    {
        if (Requests.Exists(r => r.Id == id))
            return GateEffect.Known;
        var run = stage.Run;
        var request = new ModelRequest(id, run, stage) { Patient = ifEnded == IfEnded.Wait };
        Requests.Add(request);
        if (!stage.State.IsEnded())
        {
            var wasShut = stage.GateShut;
            stage.GateShut = false;
            Settle(run);
            return wasShut ? GateEffect.Opened : GateEffect.Attached;
        }

        var done = ifEnded == IfEnded.Redo ? stage.State == StageState.Skipped : stage.State.IsSatisfied();
        if (done || (run.Cancelled && !revive))
        {
            Answer(stage);
            return GateEffect.Answered;
        }

        if (ifEnded == IfEnded.Wait)
        {
            if (stage.State == StageState.Failed && !run.Cancelled)
                return GateEffect.Attached;
            Answer(stage);
            return GateEffect.Answered;
        }

        if (stage.State == StageState.Failed && ifEnded == IfEnded.GoOn)
        {
            run.Cancelled = false;
            GoOn(stage);
            return GateEffect.Continued;
        }

        if (Rerun(stage, clearPause: false) is not null)
            return GateEffect.Restarted;
        Requests.Remove(request); // a refusal changes nothing
        return null;
    }

    public GateEffect Watch(string id, ModelRun run, bool continueFailed, bool patient)
    {
        if (Requests.Exists(r => r.Id == id))
            return GateEffect.Known;
        Requests.Add(new ModelRequest(id, run, null) { Patient = patient });
        var goesOn = continueFailed && run.State == RunState.Failed;
        foreach (var stage in run.Stages.Where(s => goesOn && s.State == StageState.Failed))
            GoOn(stage);
        return run.HasEnded && !(patient && run.State == RunState.Failed) ? GateEffect.Answered : goesOn ? GateEffect.Continued : GateEffect.Attached;
    }

    public bool Withdraw(string id, bool cancelRun)
    {
        if (Requests.Find(r => r.Id == id && r.IsLive) is not { } request)
            return false;
        request.State = RequestState.Withdrawn;
        Outbox.Remove(request);
        if (cancelRun && !Requests.Exists(r => r.Run == request.Run && r.IsLive))
            Cancel(request.Run);
        return true;
    }

    public void OpenAllGates(ModelRun run)
    {
        foreach (var stage in run.Stages)
            stage.GateShut = false;
        Settle(run);
    }

    /// <summary>What the end of every transaction does.</summary>
    public void Commit()
    {
        foreach (var run in Runs.Where(r => r.Stages.TrueForAll(s => s.State.IsSatisfied())))
            run.Cancelled = false;
        foreach (var run in Runs.Where(r => r.HasEnded))
        {
            if (run.State == RunState.Cancelled)
                Answer(r => r.Run == run && r.Stage?.State == StageState.Failed && r.Patient, StageState.Cancelled, 0);
            Answer(r => r.Run == run && r.Stage is null && !(r.Patient && run.State == RunState.Failed), Enum.Parse<StageState>(run.State.ToString()), 0);
        }
    }

    private void Answer(ModelStage stage) => Answer(r => r.Stage == stage && !(r.Patient && stage.State == StageState.Failed), stage.State, stage.Generation);

    private void Answer(Func<ModelRequest, bool> of, StageState state, int generation)
    {
        foreach (var request in Requests.Where(r => r.State == RequestState.Open && of(r)))
        {
            (request.State, request.Answer, request.Generation) = (RequestState.Answered, state, generation);
            Outbox.Add(request);
        }
    }

    private void GoOn(ModelStage failed)
    {
        (failed.Failures, failed.Losses, failed.InputLosses, failed.NotBefore) = (0, 0, 0, 0);
        ComeBack(failed);
    }
}

internal sealed class ModelRequest(string id, ModelRun run, ModelStage? stage)
{
    public string Id { get; } = id;
    public ModelRun Run { get; } = run;
    public ModelStage? Stage { get; } = stage;
    public RequestState State { get; set; } = RequestState.Open;

    /// <summary>Whether a failure is no answer to it.</summary>
    public bool Patient { get; init; }
    public StageState? Answer { get; set; }
    public int Generation { get; set; }

    public bool IsLive => State is RequestState.Open or RequestState.Answered;
}
