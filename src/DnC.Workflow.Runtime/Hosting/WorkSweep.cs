using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>Clears what a crash left behind. Logs stay.</summary>
public static class WorkSweep
{
    /// <summary>
    /// Clears all work areas, and deletes the checkpoints of stages that ended just before the crash; those of failed stages stay, since a
    /// person may let them go on. For a root on which nothing runs yet.
    /// </summary>
    public static void Run(string workRoot, ILedger ledger, IArtifactStore store)
    {
        // By what lies here, not by all runs there ever were.
        foreach (var run in Folders(workRoot).Select(f => Path.GetFileName(f)))
        {
            var stored = store.List(run + "/").Select(s => s.Location).Where(Locations.IsCheckpoint).ToList();
            foreach (var stage in stored.Count > 0 ? ledger.Find(run)?.Stages ?? [] : [])
            {
                if (!stage.State.IsEnded() || stage.State == StageState.Failed)
                    continue;
                foreach (var checkpoint in stored.Where(s => Locations.CheckpointAttempt(run, stage.Node.Name, s) is not null))
                    store.Delete(checkpoint);
            }
        }

        All(workRoot);
    }

    /// <summary>Clears all work areas: what goes on elsewhere or later goes on from what the artifact store keeps.</summary>
    public static void All(string workRoot)
    {
        foreach (var area in Folders(workRoot).SelectMany(Folders))
            WorkArea.Clear(area);
    }

    private static string[] Folders(string parent) => Directory.Exists(parent) ? Directory.GetDirectories(parent) : [];
}
