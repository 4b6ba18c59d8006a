using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>Logs of attempts that have ended, wherever they ran.</summary>
public static class AttemptLogs
{
    private const string FileName = "log.txt";

    /// <summary>The log of an attempt, or null: it wrote none, has not ended, or what has been forgotten is its run.</summary>
    /// <param name="store">The store of the runs' artifacts.</param>
    /// <param name="workRoot">The work folder of the engine on this machine, or null: it has the log even where none was sealed.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="generation">The generation.</param>
    /// <param name="attempt">The attempt's number in it.</param>
    /// <exception cref="ArtifactStoreAwayException">The store cannot be reached.</exception>
    /// <exception cref="UserInputException">There is no place for a copy of it.</exception>
    /// <exception cref="ArtifactLostException">It was sealed and is damaged.</exception>
    public static string? Find(IArtifactStore store, string? workRoot, string run, string stage, int generation, int attempt)
    {
        if (workRoot is not null && WorkArea.LogOf(WorkArea.AttemptFolder(workRoot, run, stage, generation, attempt)) is var local && File.Exists(local))
            return Read(local);

        // Asked by its name first: a shared folder is patient with what is not there.
        var location = Locations.Log(Locations.OfAttempt(run, stage, generation, attempt));
        if (!store.List(location).Any(l => l.Location == location))
            return null;
        var folder = TemporaryFolder.Make("dnc-log-");
        try
        {
            return Read(Path.Combine(store.OpenFolder(location, Path.Combine(folder.FullName, "log")), FileName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Seals a log that is written to its end, and deletes it here: a worker's own folder keeps nothing of what others can read.</summary>
    internal static void Seal(IArtifactStore store, WorkArea area)
    {
        try
        {
            Seal(store, area.Folder, area.Location);
        }
        finally
        {
            // A log that could not be sealed stays where it is, and nothing else.
            area.Clear();
        }
    }

    /// <summary>The same of an attempt that is only known by its folder.</summary>
    internal static void Seal(IArtifactStore store, string attemptFolder, string location)
    {
        var (log, folder) = (WorkArea.LogOf(attemptFolder), Path.Combine(attemptFolder, "sealing"));
        Durable.CreatePrivate(folder);
        File.Copy(log, Path.Combine(folder, FileName), overwrite: true);
        store.Seal(folder, Locations.Log(location));
        File.Delete(log);
    }

    // Beside an engine that may be writing to it.
    private static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var text = new StreamReader(file);
        return text.ReadToEnd();
    }
}
