using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Tests.Ledger;

internal sealed partial class LedgerModel
{
    /// <summary>The stages that lose their result, or null where a rerun is refused.</summary>
    public IReadOnlyList<string>? Rerun(ModelStage target, bool clearPause = true)
    {
        if (!target.State.IsEnded() || target.State == StageState.Skipped)
            return null;
        var reached = new HashSet<ModelStage> { target };
        foreach (var stage in target.Run.Stages.Where(s => Parents(s).Any(reached.Contains)))
            reached.Add(stage);
        if (reached.Any(s => s.State == StageState.Running))
            return null;

        bool IsSettled(ModelStage s) => s.State == StageState.Waiting
            || (s.State == StageState.Skipped && s.Node.FanOutOf is { } decider && !reached.Contains(s.Run[decider]));
        var moving = target.Run.Stages.Where(s => s != target && reached.Contains(s) && !IsSettled(s)).ToArray();
        string[] names = [target.Node.Name, .. moving.Where(s => s.State.IsEnded()).Select(s => s.Node.Name)];

        (target.Run.Cancelled, target.Run.Paused) = (false, clearPause ? false : target.Run.Paused);
        target.StartGeneration(forced: true);
        target.GateShut = false;
        ComeBack(target);
        foreach (var stage in moving)
        {
            stage.StartGeneration(forced: false);
            stage.GateShut &= stage.State != StageState.Skipped;
            Set(stage, StageState.Waiting);
        }

        return names;
    }

    /// <summary>False where it is refused.</summary>
    public bool Continue(ModelRun run)
    {
        if (run.Cancelled)
            return false;
        run.Paused = false;
        foreach (var stage in run.Stages.Where(s => !s.State.IsEnded() || s.State == StageState.Failed))
        {
            if (stage.State == StageState.Failed)
                GoOn(stage);
            else
                (stage.Failures, stage.Losses, stage.InputLosses, stage.NotBefore) = (0, 0, 0, 0);
        }

        return true;
    }

    public void Cancel(ModelRun run)
    {
        if (run.State is RunState.Succeeded or RunState.Cancelled)
            return;
        run.Cancelled = true;
        foreach (var stage in run.Stages.Where(s => s.State is StageState.Waiting or StageState.Ready))
            Set(stage, StageState.Cancelled);
    }
}
