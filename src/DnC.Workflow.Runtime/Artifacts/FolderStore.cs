using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>Artifacts as folders below one root. A location appears by one rename, whole and fsynced, or not at all.</summary>
public sealed partial class FolderStore : IArtifactStore
{
    /// <summary>How long 'not found' is not believed on a folder that other machines write to: attribute caches keep it for a minute.</summary>
    public static readonly TimeSpan SharedPatience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly VerifiedFiles _verified = new();
    private readonly DigestMemo _memo = new();
    private readonly TimeProvider? _patience;
    private string? _expected;

    /// <summary>A store in a folder that this machine alone writes to.</summary>
    /// <param name="root">The folder of all artifacts; made when the first is sealed.</param>
    public FolderStore(string root)
        : this(root, patience: null)
    {
    }

    private FolderStore(string root, TimeProvider? patience) => (Root, _patience) = (Path.GetFullPath(root), patience);

    /// <summary>A store in a folder that several machines write to (NFS, SMB, a cluster's file system).</summary>
    /// <param name="root">The folder of all artifacts.</param>
    /// <param name="time">Measures the patience with what is not found.</param>
    public static FolderStore Shared(string root, TimeProvider time) => new(root, time);

    /// <summary>The folder of all artifacts.</summary>
    public string Root { get; }

    /// <inheritdoc/>
    /// <remarks>A folder without files leaves nothing behind: its artifact is the empty list.</remarks>
    /// <exception cref="StageFailure">The disk is full (retryable; the location does not exist then), or an output's name is not allowed.</exception>
    public Artifact Seal(string folder, string location, string? basis = null)
    {
        var target = ArtifactNames.Under(Root, location);
        RequireHere();
        try
        {
            var artifact = _memo.Of(folder, location, basis);
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
    public string Open(ArtifactFile file, string? keepIn = null)
    {
        var path = PathOf(file);
        try
        {
            Await(path);
            _verified.Check(path, file);
            return path;
        }
        catch (ArtifactLostException lost)
        {
            if (Away(lost) is { } away)
                throw away;
            throw;
        }
    }

    /// <inheritdoc/>
    public string OpenFolder(string location, string keepIn)
    {
        var folder = ArtifactNames.Under(Root, location);
        try
        {
            Await(Path.Combine(folder, Manifest.FileName));
            var artifact = Manifest.Read(folder) ?? throw new ArtifactLostException($"'{folder}' is gone, or was never whole.");
            foreach (var file in artifact.Files)
            {
                var path = ArtifactNames.Under(folder, file.Name);
                Await(path);
                VerifiedFiles.CheckDigest(path, file);
            }

            return folder;
        }
        catch (ArtifactLostException lost)
        {
            if (Away(lost) is { } away)
                throw away;
            throw;
        }
    }

    /// <inheritdoc/>
    public Artifact? Find(string location) => Manifest.Read(ArtifactNames.Under(Root, location))?.At(location);

    /// <inheritdoc/>
    public bool IsPresent(Artifact artifact) => artifact.Files.All(f =>
    {
        var info = new FileInfo(PathOf(f));
        return info.Exists && info.Length == f.Size;
    });

    /// <inheritdoc/>
    public bool IsWhole(Artifact artifact)
    {
        // Presence first: what is gone is not waited for here.
        if (!IsPresent(artifact))
        {
            RequireHere();
            return false;
        }

        try
        {
            foreach (var file in artifact.Files)
                Open(file);
            return true;
        }
        catch (ArtifactLostException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Delete(string location)
    {
        var folder = ArtifactNames.Under(Root, location);
        _memo.Forget(location);
        if (!Directory.Exists(folder))
            return;

        // The manifest first: what is half gone is not whole.
        File.Delete(Path.Combine(folder, Manifest.FileName));
        Directory.Delete(folder, recursive: true);
        var parent = Path.GetDirectoryName(folder)!;
        try
        {
            if (parent != Root && !Directory.EnumerateFileSystemEntries(parent).Any())
                Directory.Delete(parent);
        }
        catch (IOException)
        {
            // Something was sealed there this moment, or another one has deleted it: either is as it should be.
        }
    }

    /// <inheritdoc/>
    public IEnumerable<StoredLocation> List(string prefix = "")
    {
        var slash = prefix.IndexOf('/', StringComparison.Ordinal);
        var runs = new DirectoryInfo(Root);
        if (!runs.Exists)
            yield break;
        foreach (var run in runs.EnumerateDirectories(slash < 0 ? "*" : prefix[..slash]).Where(IsOwn))
        {
            foreach (var folder in run.EnumerateDirectories().Where(IsOwn))
            {
                var location = $"{run.Name}/{folder.Name}";
                if (location.StartsWith(prefix, StringComparison.Ordinal) && Measure(location, folder) is { } stored)
                    yield return stored;
            }
        }
    }

    /// <inheritdoc/>
    public DateTimeOffset Now()
    {
        Durable.CreateFolder(Root);
        var clock = Path.Combine(Root, ".clock");
        File.WriteAllBytes(clock, []);
        return new DateTimeOffset(File.GetLastWriteTimeUtc(clock));
    }

    // What a link leads to is not the store's to delete.
    private static bool IsOwn(DirectoryInfo folder) => ArtifactNames.IsSafe(folder.Name) && folder.LinkTarget is null;

    private static StoredLocation? Measure(string location, DirectoryInfo folder)
    {
        try
        {
            var files = folder.EnumerateFiles("*", SearchOption.AllDirectories).ToList();
            var written = files.Select(f => f.LastWriteTimeUtc).Append(folder.LastWriteTimeUtc).Max();
            return new StoredLocation(location, files.Sum(f => f.Length), new DateTimeOffset(written));
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            // Deleted, or renamed into its place, while it was being looked at.
            return null;
        }
    }

    private string PathOf(ArtifactFile file) => ArtifactNames.Under(ArtifactNames.Under(Root, file.Location), file.Name);

    private void Await(string path)
    {
        if (_patience is not { } time)
            return;
        for (var waited = TimeSpan.Zero; waited < SharedPatience && !File.Exists(path); waited += Look)
        {
            // Reading the list of names makes a network file system ask its server anew.
            if (Path.GetDirectoryName(path) is { } parent && Directory.Exists(parent))
                _ = Directory.EnumerateFileSystemEntries(parent).Any();
            if (!StoreWait.Block(time, Look))
                throw new ArtifactStoreAwayException($"'{path}' is not there yet, and was not waited for, since this attempt is to stop.");
        }
    }

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
            CopyBytes(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var inner in Directory.EnumerateDirectories(from))
            CopyFolder(inner, Path.Combine(to, Path.GetFileName(inner)));
    }

    // Not File.Copy, which takes the time of the writing along, by this machine's clock: the store's own dates what lies in it.
    private static void CopyBytes(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var target = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        source.CopyTo(target, 1 << 20);
    }

    private static void FlushFolders(string folder)
    {
        foreach (var inner in Directory.EnumerateDirectories(folder))
            FlushFolders(inner);
        Durable.FlushFolder(folder);
    }
}
