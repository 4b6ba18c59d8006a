using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>
/// Local files whose digest was checked: once per process and state of the file, since reading hundreds of megabytes again for every
/// expert buys nothing.
/// </summary>
internal sealed class VerifiedFiles
{
    // More than a run of a hundred experts reads; of those that are forgotten the digest is taken again. [ours]
    private readonly RecentlyUsed<(long Size, DateTime Written, string Digest)> _verified = new(atMost: 10_000);

    /// <summary>Checks a local file against what was sealed.</summary>
    /// <exception cref="ArtifactLostException">It is gone, short, damaged or unreadable.</exception>
    public void Check(string path, ArtifactFile file)
    {
        var info = new FileInfo(path);
        if (!info.Exists)
            throw new ArtifactLostException($"'{path}' is gone.");
        if (info.Length != file.Size)
            throw new ArtifactLostException($"'{path}' has {info.Length} bytes, and {file.Size} were sealed.");
        var now = (info.Length, info.LastWriteTimeUtc, file.Digest);
        if (_verified.TryGet(path, out var seen) && seen == now)
            return;
        CheckDigest(path, file);
        _verified.Set(path, now);
    }

    /// <summary>Reads the whole file, whatever was seen before.</summary>
    /// <exception cref="ArtifactLostException">It is damaged or unreadable.</exception>
    public static void CheckDigest(string path, ArtifactFile file)
    {
        string digest;
        try
        {
            digest = Manifest.Digest(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactLostException($"'{path}' cannot be read: {e.Message}", e);
        }

        if (digest != file.Digest)
            throw new ArtifactLostException($"'{path}' is damaged: its SHA-256 is {digest}, and {file.Digest} was sealed.");
    }
}
