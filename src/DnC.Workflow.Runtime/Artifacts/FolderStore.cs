using System.Collections.Concurrent;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>Artifacts as folders below one root. A location appears by one rename, whole and fsynced, or not at all.</summary>
/// <param name="root">The folder of all artifacts; made when the first is sealed.</param>
public sealed class FolderStore(string root) : IArtifactStore
{
    private readonly ConcurrentDictionary<string, (long Size, DateTime Written, string Digest)> _verified = new(StringComparer.Ordinal);

    /// <summary>The folder of all artifacts.</summary>
    public string Root { get; } = Path.GetFullPath(root);

    /// <inheritdoc/>
    /// <remarks>A folder without files leaves nothing behind: its artifact is the empty list.</remarks>
    /// <exception cref="StageFailure">The disk is full (retryable; the location does not exist then), or an output's name is not allowed.</exception>
    public Artifact Seal(string folder, string location)
    {
        var target = ArtifactNames.Under(Root, location);
        try
        {
            var artifact = Manifest.Of(folder, location);
            if (artifact.Files.Count > 0)
                Publish(artifact, folder, target);
            else
                Directory.Delete(folder, recursive: true);
            return artifact;
        }
        catch (IOException e) when (DiskFull.IsCauseOf(e))
        {
            throw DiskFull.Failure(Root, e);
        }
    }

    /// <inheritdoc/>
    public string Open(ArtifactFile file)
    {
        var path = ArtifactNames.Under(ArtifactNames.Under(Root, file.Location), file.Name);
        var info = new FileInfo(path);
        if (!info.Exists)
            throw new ArtifactLostException($"'{path}' is gone.");
        if (info.Length != file.Size)
            throw new ArtifactLostException($"'{path}' has {info.Length} bytes, and {file.Size} were sealed.");

        // Once per process and state of the file: reading hundreds of megabytes again for every expert buys nothing.
        var now = (info.Length, info.LastWriteTimeUtc, file.Digest);
        if (_verified.TryGetValue(path, out var seen) && seen == now)
            return path;
        string digest;
        try
        {
            digest = Manifest.Digest(path);
        }
        catch (IOException e)
        {
            throw new ArtifactLostException($"'{path}' cannot be read: {e.Message}", e);
        }

        if (digest != file.Digest)
            throw new ArtifactLostException($"'{path}' is damaged: its SHA-256 is {digest}, and {file.Digest} was sealed.");
        _verified[path] = now;
        return path;
    }

    /// <inheritdoc/>
    public bool IsPresent(Artifact artifact) => artifact.Files.All(f =>
    {
        var info = new FileInfo(ArtifactNames.Under(ArtifactNames.Under(Root, f.Location), f.Name));
        return info.Exists && info.Length == f.Size;
    });

    private static void Publish(Artifact artifact, string folder, string target)
    {
        Manifest.Write(artifact, folder);
        FlushFolders(folder);
        var parent = Path.GetDirectoryName(target)!;
        Durable.CreateFolder(parent);

        // A location is one attempt's. Something is there only after a power cut that took the ledger's last commits along:
        // nobody names it, and the attempt of that number is being made again.
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        try
        {
            Directory.Move(folder, target);
        }
        catch (IOException e) when (!DiskFull.IsCauseOf(e) && Directory.Exists(folder) && !Directory.Exists(target))
        {
            CopyAcross(folder, target);
        }

        Durable.FlushFolder(parent);
    }

    /// <summary>For an artifact root on another disk than the work area: a copy under another name, then the rename.</summary>
    private static void CopyAcross(string folder, string target)
    {
        var part = target + ".part";
        if (Directory.Exists(part))
            Directory.Delete(part, recursive: true);
        try
        {
            CopyFolder(folder, part);
            Durable.FlushTree(part);
            Directory.Move(part, target);
        }
        catch
        {
            if (Directory.Exists(part))
                Directory.Delete(part, recursive: true);
            throw;
        }

        Directory.Delete(folder, recursive: true);
    }

    private static void CopyFolder(string from, string to)
    {
        Durable.CreatePrivate(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        foreach (var inner in Directory.EnumerateDirectories(from))
            CopyFolder(inner, Path.Combine(to, Path.GetFileName(inner)));
    }

    private static void FlushFolders(string folder)
    {
        foreach (var inner in Directory.EnumerateDirectories(folder))
            FlushFolders(inner);
        Durable.FlushFolder(folder);
    }
}
