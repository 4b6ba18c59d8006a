using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>
/// Durability on disk: fsync the file, rename, fsync the folder, and only then the ledger.
/// A rename is durable only once the folder that holds the name has been fsynced.
/// </summary>
public static partial class Durable
{
    private const int ReadOnly = 0;

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>Fsyncs a file's content.</summary>
    /// <exception cref="IOException">The disk is full or failing: nothing may be built on this file.</exception>
    public static void FlushFile(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Fsyncs a folder's list of names. Nothing to do on Windows, where NTFS journals renames and has no such call.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(path, ReadOnly | CloseOnExec);
        if (descriptor < 0)
            throw Failed(path);
        using var folder = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Fsync(descriptor) < 0)
            throw Failed(path);
    }

    /// <summary>Fsyncs every file and folder below a folder, and the folder itself.</summary>
    public static void FlushTree(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            FlushFile(file);
        foreach (var inner in Directory.EnumerateDirectories(folder))
            FlushTree(inner);
        FlushFolder(folder);
    }

    /// <summary>Creates a folder, readable by its owner only, and fsyncs the name of each one that was missing.</summary>
    public static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        var parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null)
            CreateFolder(parent);
        CreatePrivate(path);
        if (parent is not null)
            FlushFolder(parent);
    }

    /// <summary>Creates a folder, readable by its owner only. Its name may be lost in a power cut: for what a crash may take along.</summary>
    public static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static IOException Failed(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"fsync of '{path}': {new Win32Exception(error).Message}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);
}
