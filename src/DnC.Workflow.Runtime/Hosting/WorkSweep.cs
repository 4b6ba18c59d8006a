using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>Clears the work areas of stages that ended just before a crash. Logs stay, and so do the checkpoints of failed stages.</summary>
public static class WorkSweep
{
    /// <summary>Sweeps; for a root on which nothing runs yet.</summary>
    public static void Run(string workRoot, ILedger ledger)
    {
        if (!Directory.Exists(workRoot))
            return;
        foreach (var run in ledger.List())
        {
            var folder = Path.Combine(workRoot, ArtifactNames.Segment(run.Id));
            if (!Directory.Exists(folder) || !Directory.EnumerateDirectories(folder).Any())
                continue;
            foreach (var stage in ledger.Find(run.Id)?.Stages ?? [])
            {
                var area = WorkArea.StageFolder(workRoot, run.Id, stage.Node.Name);
                if (stage.State.IsEnded() && stage.State != StageState.Failed && Directory.Exists(area))
                    WorkArea.Clear(area);
            }
        }
    }
}
