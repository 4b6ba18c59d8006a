using Amazon.S3;
using Amazon.S3.Model;
using DnC.Workflow.Runtime.Artifacts.S3;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>
/// Artifacts in a bucket: an object for each file under 'PREFIX LOCATION/NAME', and the manifest last, whose presence is the seal. Every
/// byte that comes back is checked against the SHA-256 that was taken before it was sent.
/// </summary>
public sealed partial class S3Store : IArtifactStore, IDisposable
{
    private const long LargestCopy = 5L << 30;
    private readonly BucketClient _bucket;
    private readonly LocalCache _cache;
    private readonly DigestMemo _memo = new();
    private readonly RecentlyUsed<Artifact> _checkpoints = new(atMost: 256);

    private S3Store(BucketClient bucket, LocalCache cache) => (_bucket, _cache) = (bucket, cache);

    /// <summary>Connects, and looks whether the bucket can be listed and written to.</summary>
    /// <param name="address">Where.</param>
    /// <param name="cache">Holds what is read.</param>
    /// <param name="time">Measures the patience with a bucket that is away.</param>
    /// <exception cref="UserInputException">No credentials, no access, no such bucket, no S3 server there: names bucket and endpoint, no key.</exception>
    /// <exception cref="ArtifactStoreAwayException">Nobody answers there now.</exception>
    public static S3Store Open(S3Address address, LocalCache cache, TimeProvider time) => Open(BucketClient.Open(address, time), cache);

    /// <summary>The same on a connection; the store disposes it.</summary>
    internal static S3Store Open(BucketClient bucket, LocalCache cache)
    {
        try
        {
            bucket.Check();
            return new S3Store(bucket, cache);
        }
        catch
        {
            bucket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A folder without files leaves nothing behind: its artifact is the empty list.</remarks>
    /// <exception cref="ArtifactStoreAwayException">The bucket was away for too long, or refuses: nothing is sealed, and the folder is still there.</exception>
    /// <exception cref="StageFailure">An output's name is not allowed.</exception>
    public Artifact Seal(string folder, string location, string? basis = null)
    {
        _ = Key(location);
        var artifact = _memo.Of(folder, location, basis);
        if (artifact.Files.Count > 0)
        {
            // A location is one attempt's. Something is there only where a database was set back to an earlier state.
            DeleteObject(Key(location, Manifest.FileName));
            var known = basis is not null && _checkpoints.TryGet(basis, out var before) ? before : null;
            foreach (var file in artifact.Files)
            {
                if (known?.Files.FirstOrDefault(f => f.Digest == file.Digest) is not { } same || !TryCopy(same, file))
                    new S3Upload(_bucket, Key(file), ArtifactNames.Under(folder, file.Name), file.Size).Run();
            }

            _bucket.Ask(s3 => _bucket.Wait(cancel => s3.PutObjectAsync(_bucket.Put(Key(location, Manifest.FileName), Manifest.Bytes(artifact)), cancel)));
            if (Locations.IsCheckpoint(location))
                _checkpoints.Set(location, artifact);
        }

        Directory.Delete(folder, recursive: true);
        return artifact;
    }

    /// <inheritdoc/>
    /// <exception cref="ArtifactStoreAwayException">The bucket was away for too long, or refuses.</exception>
    public string Open(ArtifactFile file, string? keepIn = null) =>
        Take(file, keepIn is null ? null : Path.Combine(keepIn, file.Digest[..16], ArtifactNames.Under(".", file.Name)));

    /// <inheritdoc/>
    /// <exception cref="ArtifactStoreAwayException">The bucket was away for too long, or refuses.</exception>
    public string OpenFolder(string location, string keepIn)
    {
        var artifact = Find(location) ?? throw new ArtifactLostException($"'{Key(location, Manifest.FileName)}' is gone from {_bucket.Address}, or was never whole.");
        Durable.CreatePrivate(keepIn);
        foreach (var file in artifact.Files)
            Take(file, ArtifactNames.Under(keepIn, file.Name));
        return keepIn;
    }

    /// <inheritdoc/>
    public Artifact? Find(string location)
    {
        var key = Key(location, Manifest.FileName);
        return _bucket.Ask(s3 => BucketClient.Absent(() => Read(s3, key))) is { } bytes ? Manifest.Parse(bytes, key).At(location) : null;
    }

    /// <inheritdoc/>
    public bool IsPresent(Artifact artifact) => artifact.Files.GroupBy(f => f.Location, StringComparer.Ordinal).All(group =>
    {
        var there = Objects(Key(group.Key) + "/").ToDictionary(o => o.Key, o => o.Size ?? 0, StringComparer.Ordinal);
        return there.ContainsKey(Key(group.Key, Manifest.FileName)) && group.All(f => there.TryGetValue(Key(f), out var size) && size == f.Size);
    });

    /// <inheritdoc/>
    /// <remarks>Not read back: the bucket keeps its bytes, and each is checked when it is read.</remarks>
    public bool IsWhole(Artifact artifact) => IsPresent(artifact);

    /// <inheritdoc/>
    public void Delete(string location)
    {
        _memo.Forget(location);
        _checkpoints.Remove(location);

        // The manifest first: what is half gone is not whole. One by one: servers differ in how they want many at once.
        DeleteObject(Key(location, Manifest.FileName));
        foreach (var left in Objects(Key(location) + "/").ToList())
            DeleteObject(left.Key);
    }

    /// <inheritdoc/>
    public IEnumerable<StoredLocation> List(string prefix = "")
    {
        var found = new Dictionary<string, StoredLocation>(StringComparer.Ordinal);
        foreach (var item in Objects(_bucket.Address.Prefix + prefix))
        {
            if (item.Key[_bucket.Address.Prefix.Length..].Split('/', 3) is not [var run, var name, _])
                continue;
            var location = $"{run}/{name}";
            var written = new DateTimeOffset(item.LastModified?.ToUniversalTime() ?? default);
            var before = found.GetValueOrDefault(location) ?? new StoredLocation(location, 0, written);
            found[location] = new StoredLocation(location, before.Bytes + (item.Size ?? 0), written > before.LastWritten ? written : before.LastWritten);
        }

        return found.Values;
    }

    /// <inheritdoc/>
    public int GiveUpUploads(TimeSpan age) => S3Upload.GiveUp(_bucket, Now() - age);

    /// <inheritdoc/>
    public DateTimeOffset Now()
    {
        var clock = _bucket.Address.Prefix + ".clock";
        _bucket.Ask(s3 => _bucket.Wait(cancel => s3.PutObjectAsync(_bucket.Put(clock, []), cancel)));
        var written = _bucket.Ask(_ => _bucket.Head(clock))?.LastModified
            ?? throw new ArtifactStoreAwayException($"The {_bucket.Address} does not say when '{clock}' was written.");
        return new DateTimeOffset(written.ToUniversalTime());
    }

    /// <inheritdoc/>
    public void Dispose() => _bucket.Dispose();

    private string Take(ArtifactFile file, string? name) => _cache.Take(file, name, target => _bucket.Persist(() => Download(file, target), () => target.Length));

    private bool Download(ArtifactFile file, FileStream target)
    {
        // From where the last connection left off.
        var request = new GetObjectRequest { BucketName = _bucket.Name, Key = Key(file), ByteRange = new ByteRange(target.Position, file.Size - 1) };
        using var answer = BucketClient.Absent(() => _bucket.Wait(cancel => _bucket.Client.GetObjectAsync(request, cancel)))
            ?? throw new ArtifactLostException($"'{request.Key}' is gone from {_bucket.Address}.");
        if (answer.ContentRange is { } range && !range.EndsWith($"/{file.Size}", StringComparison.Ordinal))
            throw new ArtifactLostException($"'{request.Key}' in {_bucket.Address} has not the {file.Size} bytes that were sealed ({range}).");
        _bucket.Copy(answer.ResponseStream, target);
        target.Flush();
        return target.Length == file.Size ? true : throw new IOException($"The connection ended after {target.Length} of {file.Size} bytes of '{request.Key}'.");
    }

    private bool TryCopy(ArtifactFile from, ArtifactFile to)
    {
        if (from.Size > LargestCopy)
            return false;
        var request = new CopyObjectRequest { SourceBucket = _bucket.Name, SourceKey = Key(from), DestinationBucket = _bucket.Name, DestinationKey = Key(to) };
        return _bucket.Ask(s3 =>
        {
            try
            {
                return _bucket.Wait(cancel => s3.CopyObjectAsync(request, cancel), from.Size);
            }
            catch (AmazonS3Exception e) when (!S3Trouble.MayPass(e) || S3Trouble.IsUnknownOperation(e))
            {
                // Gone, or this server copies differently: it is sent, as it would have been without.
                return null;
            }
        }) is not null;
    }

    private byte[] Read(IAmazonS3 s3, GetObjectRequest request)
    {
        using var answer = _bucket.Wait(cancel => s3.GetObjectAsync(request, cancel));
        using var bytes = new MemoryStream();
        _bucket.Copy(answer.ResponseStream, bytes);
        return bytes.ToArray();
    }

    private byte[] Read(IAmazonS3 s3, string key) => Read(s3, new GetObjectRequest { BucketName = _bucket.Name, Key = key });

    private IEnumerable<S3Object> Objects(string prefix)
    {
        var request = new ListObjectsV2Request { BucketName = _bucket.Name, Prefix = prefix };
        do
        {
            var page = _bucket.Ask(s3 => _bucket.Wait(cancel => s3.ListObjectsV2Async(request, cancel)));
            foreach (var item in page.S3Objects ?? [])
                yield return item;
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    private void DeleteObject(string key) => _bucket.Ask(s3 => _bucket.Wait(cancel => s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _bucket.Name, Key = key }, cancel)));

    private string Key(ArtifactFile file) => Key(file.Location, ArtifactNames.IsSafe(file.Name) ? file.Name : throw new ArgumentException($"'{file.Name}' is no name of a file.", nameof(file)));

    private string Key(string location, string name) => $"{Key(location)}/{name}";

    private string Key(string location) => ArtifactNames.IsSafe(location)
        ? _bucket.Address.Prefix + location
        : throw new ArgumentException($"'{location}' is no location.", nameof(location));
}
