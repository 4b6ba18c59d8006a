using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>Who holds a root.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Started">When it started, ISO 8601: a number alone may have been given out again.</param>
/// <param name="Host">Its machine.</param>
public sealed record RootHolder(int Pid, string Started, string Host)
{
    /// <summary>This process.</summary>
    public static RootHolder Self()
    {
        using var process = Process.GetCurrentProcess();
        return new RootHolder(process.Id, process.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture), Environment.MachineName);
    }
}

/// <summary>
/// The right to run an engine on a root: an exclusive lock on 'engine.lock', which the system releases at the process's death, however it comes.
/// The file's content names the holder for messages; it decides nothing.
/// </summary>
public sealed partial class RootLock : IDisposable
{
    private const int Exclusive = 2;
    private const int NonBlocking = 4;
    private const int Unlock = 8;
    private readonly FileStream _file;

    private RootLock(FileStream file) => _file = file;

    /// <summary>Makes the root if need be and takes its lock.</summary>
    /// <exception cref="UserInputException">Another engine has it, or the root cannot be written.</exception>
    public static RootLock Take(string root)
    {
        var path = Path.Combine(root, "engine.lock");
        FileStream file;
        try
        {
            Durable.CreateFolder(root);
            file = Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UserInputException($"The root '{root}' cannot be written: {e.Message} Choose another with --root DIR, or make it writable.", e);
        }

        if (!TryLock(file))
        {
            var holder = Read(file);
            file.Dispose();
            throw new UserInputException(
                $"The root '{root}' is in use by {(holder is null ? "another engine" : $"the engine of process {holder.Pid} on {holder.Host} (since {holder.Started})")}. "
                + "Wait for it, stop it, or choose another root with --root DIR; 'dnc status' reads beside it.");
        }

        file.SetLength(0);
        JsonSerializer.Serialize(file, RootHolder.Self(), SpecJson.Options);
        file.Flush();
        return new RootLock(file);
    }

    /// <summary>Whether the root's lock file is still the one that is locked: who deletes it lets a second engine in.</summary>
    public static bool IsMine(string root)
    {
        var path = Path.Combine(root, "engine.lock");
        if (!File.Exists(path))
            return false;
        try
        {
            using var file = Open(path);
            return Read(file) == RootHolder.Self();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Says nothing about whose it is.
            return true;
        }
    }

    /// <summary>Who holds a root's lock, or null when nobody does. Takes nothing.</summary>
    /// <returns>An unknown holder has the number 0.</returns>
    public static RootHolder? Holder(string root)
    {
        var path = Path.Combine(root, "engine.lock");
        if (!Path.Exists(path))
            return null;
        using var file = Open(path);
        if (!TryLock(file))
            return Read(file) ?? new RootHolder(0, "", "");
        Release(file);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => Release(_file);

    private static RootHolder? Read(FileStream file)
    {
        try
        {
            file.Position = 0;
            return JsonSerializer.Deserialize<RootHolder>(file, SpecJson.Options);
        }
        catch (JsonException)
        {
            // Taken this very moment, and not signed yet.
            return null;
        }
    }

    // .NET's own file locks cannot be read beside, and an environment variable turns them off. So the call itself, on a handle that .NET has not locked.
    private static FileStream Open(string path)
    {
        if (OperatingSystem.IsWindows())
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        var flags = OperatingSystem.IsMacOS() ? 0x1000000 | 0x200 | 2 : 0x80000 | 0x40 | 2; // O_CLOEXEC | O_CREAT | O_RDWR: no child inherits it
        var descriptor = OpenFile(path, flags, Convert.ToInt32("600", 8));
        if (descriptor < 0)
            throw new IOException($"'{path}': {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        var file = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.ReadWrite);
        if (file.CanSeek)
            return file;
        file.Dispose();
        throw new IOException($"'{path}' is a pipe or device, and no file that could be locked.");
    }

    private static bool TryLock(FileStream file)
    {
        if (!OperatingSystem.IsWindows())
            return FileLock(file.SafeFileHandle, Exclusive | NonBlocking) == 0;
        try
        {
            // Far beyond the content, which stays readable.
            file.Lock(1 << 20, 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Said, not left to closing: a child that is being forked this moment has a copy of the handle until it executes its program.
    private static void Release(FileStream file)
    {
        if (!OperatingSystem.IsWindows())
            _ = FileLock(file.SafeFileHandle, Unlock);
        file.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FileLock(SafeFileHandle file, int operation);
}
