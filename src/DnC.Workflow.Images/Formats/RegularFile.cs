using System.Runtime.InteropServices;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>
/// Files are asked what they are before they are opened: opening a pipe waits for a writer, maybe for ever, and a device may never end.
/// </summary>
internal static partial class RegularFile
{
    private const int FromWorkingDirectory = -100;
    private const uint TypeAsked = 1;
    private const int TypeMask = 0xF000, Regular = 0x8000;

    /// <summary>Does nothing for a plain file, a link to one, and a path that leads nowhere: opening that says why.</summary>
    /// <remarks>Linux alone is asked: its answer has one form on every architecture.</remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="UserInputException">It is a pipe, a socket, a device or a folder.</exception>
    public static unsafe void Require(string path)
    {
        if (!OperatingSystem.IsLinux()) return;
        Span<byte> answer = stackalloc byte[256];
        fixed (byte* at = answer)
        {
            if (statx(FromWorkingDirectory, path, 0, TypeAsked, at) != 0) return;
        }
        // struct statx of linux/stat.h: stx_mode, 2 bytes at byte 28.
        var type = MemoryMarshal.Read<ushort>(answer[28..]) & TypeMask;
        if (type != Regular)
            throw new UserInputException($"'{path}' is {Name(type)}, and no file that could be read to its end: take it out of the data folder, or put a plain file in its place.");
    }

    private static string Name(int type) => type switch
    {
        0x1000 => "a pipe",
        0x4000 => "a folder",
        0xC000 => "a socket",
        _ => "a device",
    };

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int statx(int folder, string path, int flags, uint mask, byte* answer);
}
