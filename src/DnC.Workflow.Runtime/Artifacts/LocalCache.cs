using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Locks;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>
/// Local copies of a distant store's files, by digest, in a folder that any number of processes may share. Of bounded size: the longest
/// unused go first. Who reads a file takes a name of its own for it (a hard link), which nothing here ever deletes; a file with such a
/// second name is in use and stays in the cache as well. A process may die at any point: what it had downloaded of a file is gone on with.
/// </summary>
/// <param name="folder">The cache's folder; on the disk of those who read, or their names are copies.</param>
/// <param name="maxBytes">What it may hold, files in use aside.</param>
/// <param name="time">Dates uses, and measures waits for a download by another process.</param>
public sealed class LocalCache(string folder, long maxBytes, TimeProvider time)
{
    private const string Part = ".part";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>No download stands still for so long and goes on. [ours]</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly VerifiedFiles _verified = new();

    /// <summary>A local file with the bytes of a sealed one, checked.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">A name for the reader's own, not taken, in any folder; null: the cache's, which may be gone a moment later.</param>
    /// <param name="download">Appends what is missing of the file to the stream, whose position says from where.</param>
    /// <exception cref="ArtifactLostException">What is downloaded is not what was sealed.</exception>
    public string Take(ArtifactFile file, string? name, Action<FileStream> download)
    {
        var path = PathOf(file.Digest);
        Durable.CreatePrivate(Path.GetDirectoryName(path)!);
        Durable.CreatePrivate(Path.Combine(folder, "locks"));
        while (true)
        {
            if (!IsWhole(path, file))
            {
                MakeRoom(file.Size);
                Fetch(path, file, download);
            }

            try
            {
                File.SetLastAccessTimeUtc(path, time.GetUtcNow().UtcDateTime);
                if (name is null)
                    return path;
                Durable.CreatePrivate(Path.GetDirectoryName(name)!);
                HardLinks.OrCopy(path, name);
                return name;
            }
            catch (FileNotFoundException)
            {
                // Another process made room this moment.
            }
        }
    }

    private bool IsWhole(string path, ArtifactFile file)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            _verified.Check(path, file);
            return true;
        }
        catch (ArtifactLostException)
        {
            // The local disk's damage, or made room for this moment: the store has the file still.
            File.Delete(path);
            return false;
        }
    }

    private void Fetch(string path, ArtifactFile file, Action<FileStream> download)
    {
        // One lock for many digests, never deleted: a lock file that comes and goes locks nothing.
        using var gate = LockFile.Open(Path.Combine(folder, "locks", file.Digest[..3]));
        while (!gate.TryLock())
        {
            if (!StoreWait.Block(time, Pause))
                throw new ArtifactStoreAwayException($"'{file.Location}/{file.Name}' is being read by another process, and was not waited for, since this attempt is to stop.");
        }

        if (File.Exists(path))
            return;
        var part = path + Part;
        for (var fresh = false; ; fresh = true)
        {
            fresh |= FillWithRoom(part, file, download);
            if (Manifest.Digest(part) == file.Digest)
                break;
            File.Delete(part);
            if (fresh)
                throw new ArtifactLostException($"'{file.Location}/{file.Name}' is damaged in the store: its SHA-256 is not {file.Digest}, which was sealed.");
        }

        File.Move(part, path, overwrite: true);
    }

    // The disk is others' too: where it is full before the cache is, all of the cache that nobody reads makes room.
    private bool FillWithRoom(string part, ArtifactFile file, Action<FileStream> download)
    {
        try
        {
            return Fill(part, file, download);
        }
        catch (IOException e) when (DiskFull.IsCauseOf(e))
        {
            MakeRoom(maxBytes);
        }

        try
        {
            return Fill(part, file, download);
        }
        catch (IOException e) when (DiskFull.IsCauseOf(e))
        {
            File.Delete(part); // for whom there is no room it takes none
            throw;
        }
    }

    /// <returns>Whether it was downloaded from its beginning.</returns>
    private static bool Fill(string part, ArtifactFile file, Action<FileStream> download)
    {
        using var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 1 << 20);
        if (stream.Length > file.Size)
            stream.SetLength(0);
        var fresh = stream.Length == 0;
        stream.Seek(0, SeekOrigin.End);
        if (stream.Length < file.Size)
            download(stream);
        return fresh;
    }

    private void MakeRoom(long bytes)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var files = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(f => f.Name.Length >= 64).Select(Look).OfType<Held>().ToList();
        var total = files.Sum(f => f.Bytes) + bytes;
        foreach (var held in files.OrderBy(f => f.Used))
        {
            if (total <= maxBytes)
                return;
            if (held.IsPart ? now - held.Written < Abandoned : FileIdentity.Of(held.Path) is (_, > 1))
                continue;
            File.Delete(held.Path);
            total -= held.Bytes;
        }
    }

    private static Held? Look(FileInfo file)
    {
        try
        {
            return new Held(file.FullName, file.Length, file.Name.EndsWith(Part, StringComparison.Ordinal), file.LastAccessTimeUtc, file.LastWriteTimeUtc);
        }
        catch (FileNotFoundException)
        {
            // Another one has deleted it, or it is whole now and has its own name.
            return null;
        }
    }

    private string PathOf(string digest) => Path.Combine(folder, digest[..2], digest);

    private sealed record Held(string Path, long Bytes, bool IsPart, DateTime Used, DateTime Written);
}
