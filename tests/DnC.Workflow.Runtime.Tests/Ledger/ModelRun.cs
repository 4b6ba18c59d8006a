using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

internal sealed class ModelRun(string id, int priority, int maxConcurrent, bool gated = false)
{
    public string Id { get; } = id;
    public int Priority { get; } = priority;
    public int MaxConcurrent { get; } = maxConcurrent;
    public bool Gated { get; } = gated;
    public bool Paused { get; set; }
    public bool Cancelled { get; set; }
    public List<ModelStage> Stages { get; } = [];

    public ModelStage this[string name] => Stages.Single(s => s.Node.Name == name);

    public bool HasEnded => State is RunState.Succeeded or RunState.Failed or RunState.Cancelled
        && !Stages.Exists(s => s.State is StageState.Ready or StageState.Running);

    public RunState State
    {
        get
        {
            bool Any(params StageState[] states) => Stages.Exists(s => states.Contains(s.State));
            if (Cancelled)
                return RunState.Cancelled;
            if (!Any(StageState.Ready, StageState.Running))
            {
                if (Any(StageState.Failed))
                    return RunState.Failed;
                if (Any(StageState.Cancelled))
                    return RunState.Cancelled;
                if (Stages.TrueForAll(s => s.State.IsSatisfied()))
                    return RunState.Succeeded;
            }

            return Paused ? RunState.Paused : RunState.Running;
        }
    }
}

internal sealed class ModelStage(ModelRun run, StageNode node, bool forced)
{
    public ModelRun Run { get; } = run;
    public StageNode Node { get; } = node;
    public StageState State { get; set; } = StageState.Waiting;
    public bool GateShut { get; set; } = run.Gated;
    public int Generation { get; set; } = 1;
    public bool Forced { get; set; } = forced;
    public long Fence { get; set; }
    public int Attempts { get; set; }
    public int Failures { get; set; }
    public int Losses { get; set; }
    public int InputLosses { get; set; }
    public long ReadyAt { get; set; }
    public long NotBefore { get; set; }
    public long LeaseUntil { get; set; }
    public long MovedAt { get; set; }
    public long ClaimedAtMove { get; set; }
    public string Worker { get; set; } = "";
    public string? Key { get; set; }
    public CheckpointRef? Checkpoint { get; set; }
    public long? Resumed { get; set; }
    public Artifact? Output { get; set; }
    public int? FanOut { get; set; }
    public string? ReusedFrom { get; set; }

    public void StartGeneration(bool forced)
    {
        Generation++;
        Forced = forced;
        (Attempts, Failures, Losses, InputLosses, NotBefore) = (0, 0, 0, 0, 0);
        (Key, Checkpoint, Resumed, Output, FanOut, ReusedFrom) = (null, null, null, null, null, null);
    }
}

internal sealed record ModelResult(Artifact Output, int? FanOut, string From);
