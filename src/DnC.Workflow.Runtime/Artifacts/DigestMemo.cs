using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>
/// Digests of files that were sealed in a checkpoint before, so that the next one reads only what is new: a pass over a large set takes
/// its finished segments along by hard link. Told by the file itself (inode, size, time), never by its name.
/// </summary>
internal sealed class DigestMemo
{
    // A running stage needs its last checkpoint's; those of stages that went elsewhere nobody forgets. [ours]
    private readonly RecentlyUsed<Dictionary<FileIdentity, string>> _sealed = new(atMost: 256);

    /// <summary>Lists a folder's files as <see cref="Manifest.Of"/> does.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="location">Where it will be.</param>
    /// <param name="basis">A location whose files' digests may be known, or null.</param>
    public Artifact Of(string folder, string location, string? basis)
    {
        if (!Locations.IsCheckpoint(location))
            return Manifest.Of(folder, location);
        var known = basis is not null && _sealed.TryGet(basis, out var before) ? before : null;
        var now = new Dictionary<FileIdentity, string>();
        var artifact = Manifest.Of(folder, location, path =>
        {
            if (FileIdentity.Of(path) is not var (identity, _))
                return Manifest.Digest(path);
            return now[identity] = known?.GetValueOrDefault(identity) ?? Manifest.Digest(path);
        });
        _sealed.Set(location, now);
        return artifact;
    }

    /// <summary>Forgets a location: the system may give its files' numbers to others now.</summary>
    public void Forget(string location) => _sealed.Remove(location);
}
