using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>
/// A ledger's file is asked what it is before SQLite opens it: reading a pipe waits for a writer, maybe for ever. Not by opening it:
/// closing any handle on the file drops the locks that this process's own connections hold on it.
/// </summary>
internal static class LedgerFile
{
    private const int Regular = 0x8000;

    /// <summary>Does nothing for a plain file, a link to one, and a path that leads nowhere.</summary>
    /// <remarks>Whether it is a folder is asked everywhere, all else on Linux alone, whose answer has one form on every architecture.</remarks>
    /// <exception cref="UserInputException">It is a folder, a pipe, a socket or a device.</exception>
    public static void Require(string file)
    {
        if (Directory.Exists(file))
            throw Refused(file, "a folder");
        if (FileIdentity.KindOf(file) is { } kind && kind != Regular)
            throw Refused(file, kind switch { 0x1000 => "a pipe", 0xC000 => "a socket", _ => "a device" });
    }

    private static UserInputException Refused(string file, string what) =>
        new($"'{file}' is {what}, and no ledger. Move it away, or choose another root with --root.");
}
