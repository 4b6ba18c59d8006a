using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>Clears work areas that a crash left behind. Logs stay.</summary>
public static class WorkSweep
{
    /// <summary>Clears those of stages that ended just before; the checkpoints of failed stages stay. For a root on which nothing runs yet.</summary>
    public static void Run(string workRoot, ILedger ledger)
    {
        // By what lies here, not by all runs there ever were.
        foreach (var folder in Folders(workRoot))
        {
            foreach (var stage in ledger.Find(Path.GetFileName(folder))?.Stages ?? [])
            {
                var area = WorkArea.StageFolder(workRoot, Path.GetFileName(folder), stage.Node.Name);
                if (stage.State.IsEnded() && stage.State != StageState.Failed && Directory.Exists(area))
                    WorkArea.Clear(area);
            }
        }
    }

    /// <summary>Clears all of them: of a worker's folder, whose stages go on elsewhere from what the artifact store keeps.</summary>
    public static void All(string workRoot)
    {
        foreach (var area in Folders(workRoot).SelectMany(Folders))
            WorkArea.Clear(area);
    }

    private static string[] Folders(string parent) => Directory.Exists(parent) ? Directory.GetDirectories(parent) : [];
}
