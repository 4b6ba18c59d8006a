using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Runtime.TestHost.Bodies;

/// <summary>A lock that a process holds as long as it lives: waiting for it is waiting for its death, zombies included.</summary>
public sealed partial class AliveLock : IDisposable
{
    private const int Exclusive = 2;
    private readonly SafeFileHandle _file;

    private AliveLock(SafeFileHandle file) => _file = file;

    /// <summary>Takes the lock, waiting for whoever has it to die or let go.</summary>
    public static AliveLock Hold(string path)
    {
        const int createReadWriteCloseOnExec = 0x80000 | 0x40 | 2;
        var descriptor = OpenFile(path, createReadWriteCloseOnExec, Convert.ToInt32("600", 8));
        if (descriptor < 0)
            throw new IOException($"'{path}': error {Marshal.GetLastPInvokeError()}");
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        while (FileLock(descriptor, Exclusive) != 0)
        {
            if (Marshal.GetLastPInvokeError() != 4) // EINTR
                throw new IOException($"flock '{path}': error {Marshal.GetLastPInvokeError()}");
        }

        return new AliveLock(file);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FileLock(int file, int operation);
}
