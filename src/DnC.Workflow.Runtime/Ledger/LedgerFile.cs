using System.Runtime.InteropServices;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>
/// A ledger's file is asked what it is before SQLite opens it: reading a pipe waits for a writer, maybe for ever. Not by opening it:
/// closing any handle on the file drops the locks that this process's own connections hold on it.
/// </summary>
internal static partial class LedgerFile
{
    private const int FromWorkingDirectory = -100;
    private const uint TypeAsked = 1;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Does nothing for a plain file, a link to one, and a path that leads nowhere.</summary>
    /// <remarks>Whether it is a folder is asked everywhere, all else on Linux alone, whose answer has one form on every architecture.</remarks>
    /// <exception cref="UserInputException">It is a folder, a pipe, a socket or a device.</exception>
    public static void Require(string file)
    {
        if (Directory.Exists(file))
            throw Refused(file, "a folder");
        if (OperatingSystem.IsLinux() && TypeOf(file) is { } type && type != Regular)
            throw Refused(file, type switch { 0x1000 => "a pipe", 0xC000 => "a socket", _ => "a device" });
    }

    private static UserInputException Refused(string file, string what) =>
        new($"'{file}' is {what}, and no ledger. Move it away, or choose another root with --root.");

    private static unsafe int? TypeOf(string file)
    {
        Span<byte> answer = stackalloc byte[256];
        fixed (byte* at = answer)
        {
            // struct statx of linux/stat.h: stx_mode, 2 bytes at byte 28.
            return StatX(FromWorkingDirectory, file, 0, TypeAsked, at) == 0 ? MemoryMarshal.Read<ushort>(answer[28..]) & TypeMask : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int StatX(int folder, string path, int flags, uint mask, byte* answer);
}
