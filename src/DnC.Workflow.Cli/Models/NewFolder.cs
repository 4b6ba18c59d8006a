using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Models;

/// <summary>A folder that appears whole or not at all: written beside its place and renamed.</summary>
internal static class NewFolder
{
    /// <summary>Checks, before any work, whether a folder may be written.</summary>
    /// <param name="path">Where.</param>
    /// <param name="force">Whether one that is there may be replaced.</param>
    /// <param name="mark">A file that one which may be replaced has.</param>
    /// <exception cref="UserInputException">It is there, or something else is.</exception>
    public static void Require(string path, bool force, string mark)
    {
        if (File.Exists(path))
            throw new UserInputException($"--out {path}: is a file; expected a folder that is not there yet.");
        if (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any())
            return;
        if (!force)
            throw new UserInputException($"--out {path}: is there already. --force replaces it; or name another folder.");
        if (!File.Exists(Path.Combine(path, mark)))
            throw new UserInputException($"--out {path}: holds something else than an exported model (it has no {mark}), and is not deleted. Name another folder.");
    }

    /// <summary>Writes it.</summary>
    /// <param name="path">As <see cref="Require"/> let pass.</param>
    /// <param name="write">Fills the empty folder that it is given.</param>
    public static void Write(string path, Action<string> write)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var (partial, old) = ($"{full}.partial-{Environment.ProcessId}", $"{full}.old-{Environment.ProcessId}");
        Directory.CreateDirectory(partial);
        try
        {
            write(partial);
            Durable.FlushTree(partial);
            if (Directory.Exists(full))
                Directory.Move(full, old);
            Directory.Move(partial, full);
            Durable.FlushFolder(Path.GetDirectoryName(full)!);
        }
        catch
        {
            if (Directory.Exists(partial))
                Directory.Delete(partial, recursive: true);
            if (!Directory.Exists(full) && Directory.Exists(old))
                Directory.Move(old, full);
            throw;
        }

        if (Directory.Exists(old))
            Directory.Delete(old, recursive: true);
    }
}
