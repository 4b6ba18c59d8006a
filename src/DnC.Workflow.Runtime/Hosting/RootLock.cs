using System.Diagnostics;
using System.Globalization;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Locks;
using DnC.Workflow.Stages.Execution;

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
/// The right to run an engine on a root, or on a worker's folder: an exclusive lock on 'engine.lock', which the system releases at the
/// process's death, however it comes. The file's content names the holder for messages; it decides nothing.
/// </summary>
public sealed class RootLock : IDisposable
{
    /// <summary>How often a lock that is taken is looked at again before that counts as an engine. [ours]</summary>
    private const int Looks = 10;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);
    private readonly LockFile _file;

    private RootLock(LockFile file) => _file = file;

    /// <summary>Makes the root if need be and takes its lock.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="what">What the folder is to whoever started the engine.</param>
    /// <param name="option">The option that names another.</param>
    /// <param name="beside">What can be done while another has it, or nothing.</param>
    /// <exception cref="UserInputException">Another engine has it, or the root cannot be written.</exception>
    public static RootLock Take(string root, string what = "root", string option = "--root DIR", string beside = "; 'dnc status' reads beside it")
    {
        LockFile file;
        try
        {
            Durable.CreateFolder(root);
            file = LockFile.Open(PathOf(root));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UserInputException($"The {what} '{root}' cannot be written: {e.Message} Choose another with {option}, or make it writable.", e);
        }

        if (!TryLock(file))
        {
            var holder = file.Read<RootHolder>();
            file.Dispose();
            throw new UserInputException(
                $"The {what} '{root}' is in use by {(holder is null ? "another engine" : $"the engine of process {holder.Pid} on {holder.Host} (since {holder.Started})")}. "
                + $"Wait for it, stop it, or choose another {what} with {option}{beside}.");
        }

        file.Sign(RootHolder.Self());
        return new RootLock(file);
    }

    /// <summary>Whether the root's lock file is still the one that is locked: who deletes it lets a second engine in.</summary>
    public static bool IsMine(string root)
    {
        if (!File.Exists(PathOf(root)))
            return false;
        try
        {
            using var file = LockFile.Open(PathOf(root));
            return file.Read<RootHolder>() == RootHolder.Self();
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
        if (!Path.Exists(PathOf(root)))
            return null;
        using var file = LockFile.Open(PathOf(root));
        return file.TryLock(together: true) ? null : file.Read<RootHolder>() ?? new RootHolder(0, "", "");
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // A command that asks who is here has the lock for an instant.
    private static bool TryLock(LockFile file)
    {
        for (var look = 1; !file.TryLock(); look++)
        {
            if (look == Looks)
                return false;
            Thread.Sleep(Between);
        }

        return true;
    }

    private static string PathOf(string root) => Path.Combine(root, "engine.lock");
}
