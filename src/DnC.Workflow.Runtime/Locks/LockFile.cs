using System.Runtime.InteropServices;
using System.Text.Json;
using DnC.Workflow.Stages.Spec;
using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Runtime.Locks;

/// <summary>
/// An exclusive lock on a file, which the system releases at the process's death, however it comes. The file's content names the holder
/// for messages; it decides nothing.
/// </summary>
internal sealed partial class LockFile : IDisposable
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int Unlock = 8;
    private const int MissingFile = 2;
    private const int Interrupted = 4;
    private const int OwnerOnly = 0x180; // 0600
    private const int Everybody = 0x1B6; // 0666
    private readonly FileStream _file;

    private LockFile(FileStream file) => _file = file;

    /// <summary>Opens or makes the file; nothing is locked yet.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="shared">Whether other users of the machine may lock it too.</param>
    /// <exception cref="IOException">It cannot be opened for writing.</exception>
    public static LockFile Open(string path, bool shared = false)
    {
        // .NET's own file locks cannot be read beside, and an environment variable turns them off. So the call itself, on a handle that .NET
        // has not locked.
        if (OperatingSystem.IsWindows())
            return new LockFile(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite));

        // O_CLOEXEC, so that no child inherits it, O_NOFOLLOW, O_RDWR. First without O_CREAT: in a folder of everybody Linux refuses that
        // for a file of another user.
        var noFollow = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;
        var (flags, create) = OperatingSystem.IsMacOS() ? (0x1000000 | 0x100 | 2, 0x200) : (0x80000 | noFollow | 2, 0x40);
        var descriptor = OpenFile(path, flags, 0);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == MissingFile)
            descriptor = OpenFile(path, flags | create, shared ? Everybody : OwnerOnly);
        if (descriptor < 0)
            throw new IOException($"'{path}': {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (shared)
            _ = ChangeMode(handle, Everybody); // what the umask took away; only the owner may, and need
        var file = new FileStream(handle, FileAccess.ReadWrite);
        if (file.CanSeek)
            return new LockFile(file);
        file.Dispose();
        throw new IOException($"'{path}' is a pipe or device, and no file that could be locked.");
    }

    /// <summary>Opens or makes the file and waits for its lock. Not on Windows.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="together">With all others that hold it so, or alone.</param>
    /// <exception cref="IOException">It cannot be opened or locked.</exception>
    public static LockFile Wait(string path, bool together = false)
    {
        var file = Open(path);
        while (FileLock(file._file.SafeFileHandle, together ? Shared : Exclusive) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Interrupted)
                continue;
            file.Dispose();
            throw new IOException($"'{path}' cannot be locked: {Marshal.GetPInvokeErrorMessage(error)}.");
        }

        return file;
    }

    /// <summary>Takes the lock if nobody has it, or makes one that is held together with others one's own if there are none.</summary>
    /// <param name="together">With all others that hold it so, where the system can; alone on Windows.</param>
    public bool TryLock(bool together = false)
    {
        if (!OperatingSystem.IsWindows())
            return FileLock(_file.SafeFileHandle, (together ? Shared : Exclusive) | NonBlocking) == 0;
        try
        {
            // Far beyond the content, which stays readable.
            _file.Lock(1 << 20, 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Writes who holds it.</summary>
    public void Sign<T>(T holder)
    {
        _file.SetLength(0);
        JsonSerializer.Serialize(_file, holder, SpecJson.Options);
        _file.Flush();
    }

    /// <summary>Who signed last; null where it is not, or not yet, signed.</summary>
    public T? Read<T>()
        where T : class
    {
        try
        {
            _file.Position = 0;
            return JsonSerializer.Deserialize<T>(_file, SpecJson.Options);
        }
        catch (JsonException)
        {
            // Taken this very moment, and not signed yet.
            return null;
        }
    }

    /// <summary>Lets go of the lock, if it is held, and of the file.</summary>
    public void Dispose()
    {
        // Said, not left to closing: a child that is being forked this moment has a copy of the handle until it executes its program.
        if (!OperatingSystem.IsWindows() && !_file.SafeFileHandle.IsClosed)
            _ = FileLock(_file.SafeFileHandle, Unlock);
        _file.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    private static partial int ChangeMode(SafeFileHandle file, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FileLock(SafeFileHandle file, int operation);
}
