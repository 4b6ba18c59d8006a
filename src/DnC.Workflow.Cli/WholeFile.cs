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

    /// <summary>Checks, before any work, whether this user may write a file there, by beginning one.</summary>
    /// <param name="what">What it is, as the beginning of a sentence.</param>
    /// <param name="option">What names another place: '--out FILE'.</param>
    /// <param name="path">Where, in a folder that is there.</param>
    /// <exception cref="UserInputException">It is empty or a folder, or nothing can be written there.</exception>
    public static void RequireWritable(string what, string option, string path)
    {
        Require(option, path);
        var full = Path.GetFullPath(path);
        try
        {
            File.Create(Partial(full), 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refusal(what, option, full, e);
        }
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
        var partial = Partial(full);
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
            throw Refusal(what, option, full, e);
        }
    }

    private static string Partial(string full) => $"{full}.partial-{Environment.ProcessId}-{Path.GetRandomFileName()}";

    private static UserInputException Refusal(string what, string option, string full, Exception e) =>
        new($"{what} cannot be written to '{full}': {e.Message} Name another place with {option}.", e);

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
