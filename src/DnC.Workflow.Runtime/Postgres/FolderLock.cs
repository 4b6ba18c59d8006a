using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Runtime.Postgres;

/// <summary>A lock file that processes share. The system releases a lock at its holder's death, however it comes.</summary>
internal sealed partial class FolderLock : IDisposable
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int Unlock = 8;
    private const int Interrupted = 4;

    private readonly SafeFileHandle _file;

    private FolderLock(SafeFileHandle file) => _file = file;

    /// <summary>Waits until nobody else holds the file in any way.</summary>
    public static FolderLock TakeExclusive(string path) => Take(path, Exclusive);

    /// <summary>Holds the file together with others.</summary>
    public static FolderLock TakeShared(string path) => Take(path, Shared);

    /// <summary>Gives a shared hold back, and says whether it was the last one.</summary>
    public bool LeaveAsLast()
    {
        // A conversion is not atomic, but whoever comes or leaves holds the other lock meanwhile.
        var last = Lock(_file, Exclusive | NonBlocking) == 0;
        Dispose();
        return last;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_file.IsClosed)
            return;
        // Said, not left to closing: a child that is being forked this moment has a copy of the handle until it executes its program.
        _ = Lock(_file, Unlock);
        _file.Dispose();
    }

    private static FolderLock Take(string path, int how)
    {
        // .NET's own locks cannot be shared between processes; so the call itself, on a handle that no child inherits.
        var flags = OperatingSystem.IsMacOS() ? 0x1000000 | 0x200 | 2 : 0x80000 | 0x40 | 2; // O_CLOEXEC | O_CREAT | O_RDWR
        var descriptor = Open(path, flags, Convert.ToInt32("600", 8));
        if (descriptor < 0)
            throw new IOException($"'{path}': {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        while (Lock(file, how) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Interrupted)
                continue;
            file.Dispose();
            throw new IOException($"'{path}' cannot be locked: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        return new FolderLock(file);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
