using System.Runtime.InteropServices;

namespace DnC.Workflow.Learning.Native;

/// <summary>A second name for a finished file, without a copy of its bytes: they live until the last name is gone.</summary>
internal static partial class HardLink
{
    /// <summary>Gives a file another name. Where the file system has no links (or on Windows) its bytes are copied and forced to disk.</summary>
    /// <param name="file">A file that nobody writes to any more: both names are the same bytes.</param>
    /// <param name="name">A path that is not taken.</param>
    /// <exception cref="IOException">Neither a link nor a copy could be made.</exception>
    public static void OrCopy(string file, string name)
    {
        if (!OperatingSystem.IsWindows() && link(file, name) == 0)
            return;
        File.Copy(file, name);
        using var handle = File.OpenHandle(name, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int link(string file, string name);
}
