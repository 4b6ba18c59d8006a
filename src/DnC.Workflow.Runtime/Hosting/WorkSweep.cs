using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Execution;
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

    /// <summary>The same where logs are kept in the store: seals those of attempts that a kill ended, and leaves no folder behind.</summary>
    /// <param name="workRoot">The folder of all attempts' areas, on which nothing runs yet.</param>
    /// <param name="store">Where the logs go.</param>
    /// <param name="report">Told of a log that could not be sealed, which stays for the next start.</param>
    public static void Logs(string workRoot, IArtifactStore store, Action<string, Exception> report)
    {
        All(workRoot);
        foreach (var run in Folders(workRoot))
        {
            foreach (var stage in Folders(run))
            {
                foreach (var attempt in Folders(stage))
                {
                    SealLog(attempt, $"{Path.GetFileName(run)}/{Path.GetFileName(stage)}.{Path.GetFileName(attempt)}", store, report);
                    DeleteEmpty(attempt);
                }

                DeleteEmpty(stage);
            }

            DeleteEmpty(run);
        }
    }

    private static void SealLog(string attempt, string location, IArtifactStore store, Action<string, Exception> report)
    {
        if (!File.Exists(WorkArea.LogOf(attempt)) || !Locations.IsAttempts(location))
            return;
        try
        {
            AttemptLogs.Seal(store, attempt, location);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StageFailure)
        {
            report($"keeping the log of '{location}'", e);
        }
    }

    private static void DeleteEmpty(string folder)
    {
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    private static string[] Folders(string parent) => Directory.Exists(parent) ? Directory.GetDirectories(parent) : [];
}
