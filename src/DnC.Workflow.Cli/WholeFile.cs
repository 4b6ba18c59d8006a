using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli;

/// <summary>A file of text that appears whole or not at all, whoever else writes it at the same time: the last one's stays.</summary>
internal static class WholeFile
{
    /// <summary>Checks, before any work, whether a path can be that of a file.</summary>
    /// <param name="option">The option or argument that named it.</param>
    /// <param name="path">What was named.</param>
    /// <exception cref="UserInputException">It is empty or a folder.</exception>
    public static void Require(string option, string path)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new UserInputException($"{option} '{path}': is empty; expected a file to write.");
        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
            throw new UserInputException($"{option} {path}: is a folder; expected a file to write.");
    }

    /// <summary>Writes it, in a folder that is made where it is missing.</summary>
    /// <param name="what">What it is, as the beginning of a sentence.</param>
    /// <param name="option">What names another place: '--out FILE'.</param>
    /// <param name="path">Where.</param>
    /// <param name="text">What it holds.</param>
    /// <exception cref="UserInputException">It cannot be written there; nothing is left of it, and a file that was there stays.</exception>
    public static void Write(string what, string option, string path, string text)
    {
        Require(option, path);
        var full = Path.GetFullPath(path);
        var partial = $"{full}.partial-{Environment.ProcessId}-{Path.GetRandomFileName()}";
        try
        {
            var folder = Path.GetDirectoryName(full)!;
            Directory.CreateDirectory(folder);
            File.WriteAllText(partial, text);
            Durable.FlushFile(partial);
            File.Move(partial, full, overwrite: true);
            Durable.FlushFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Drop(partial);
            throw new UserInputException($"{what} cannot be written to '{full}': {e.Message} Name another place with {option}.", e);
        }
    }

    private static void Drop(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What failed is told already, and a folder that lets nothing be deleted let nothing be written.
        }
    }
}
