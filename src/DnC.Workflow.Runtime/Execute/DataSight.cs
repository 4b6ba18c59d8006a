using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>
/// Which data folders this machine does not see, though whoever submitted their runs did: a mount that is missing. It is this machine's
/// fault and no stage's, so another worker shall have what reads the folder until this one sees it. In memory alone. Any thread may call it.
/// </summary>
/// <param name="time">Says when a folder is looked at again.</param>
public sealed class DataSight(TimeProvider time)
{
    /// <summary>A mount comes back seldom, and a look at one that hangs is slow. [ours]</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Missed> _missed = new(StringComparer.Ordinal);

    /// <summary>The folders that were not seen when last looked at.</summary>
    public IReadOnlyList<string> Folders
    {
        get
        {
            lock (_lock)
                return [.. _missed.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Looks whether the images that a stage reads can be at their place at all: an empty folder is where something is to be mounted.</summary>
    /// <returns>Whether they can, or none are read; if not, that is remembered.</returns>
    public bool Sees(StageClaim claim)
    {
        if (claim.Node.Data.Count == 0 || claim.Data.Path is not { } folder || IsThere(folder))
            return true;
        lock (_lock)
        {
            if (!_missed.TryGetValue(folder, out var missed))
                _missed[folder] = missed = new Missed();
            missed.Stages.Add((claim.Ticket.Run, claim.Node.Kind));
            missed.LookAt = time.GetUtcNow() + Again;
        }

        return false;
    }

    /// <summary>What this machine had better leave to others; folders whose time has come are looked at again.</summary>
    public IReadOnlyList<(string Run, string Kind)> Avoided()
    {
        string[] due;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            due = [.. _missed.Where(m => m.Value.LookAt <= now).Select(m => m.Key)];
            foreach (var folder in due)
                _missed[folder].LookAt = now + Again;
        }

        // Not under the lock: a file system that hangs must not hold up who asks for others.
        var back = due.Where(IsThere).ToArray();
        lock (_lock)
        {
            foreach (var folder in back)
                _missed.Remove(folder);
            return [.. _missed.Values.SelectMany(m => m.Stages).Distinct().Order()];
        }
    }

    private static bool IsThere(string folder)
    {
        try
        {
            return File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private sealed class Missed
    {
        public HashSet<(string Run, string Kind)> Stages { get; } = [];

        public DateTimeOffset LookAt { get; set; }
    }
}
