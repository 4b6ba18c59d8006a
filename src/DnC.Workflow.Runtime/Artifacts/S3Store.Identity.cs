using System.Net;
using System.Text;
using Amazon.S3;
using DnC.Workflow.Runtime.Artifacts.S3;

namespace DnC.Workflow.Runtime.Artifacts;

public sealed partial class S3Store
{
    /// <inheritdoc/>
    public string Place => _bucket.Address.Prefix.Length == 0 ? $"{_bucket.Address}" : $"{_bucket.Address} under '{_bucket.Address.Prefix}'";

    private string IdKey => _bucket.Address.Prefix + StoreIdentity.FileName;

    /// <inheritdoc/>
    /// <exception cref="ArtifactStoreAwayException">The bucket was away for too long, or refuses.</exception>
    public string? FindId() =>
        _bucket.Ask(s3 => BucketClient.Absent(() => Read(s3, IdKey))) is { } bytes && Encoding.UTF8.GetString(bytes).Trim() is { Length: > 0 } id ? id : null;

    /// <inheritdoc/>
    /// <remarks>A bucket that is away says so itself: there is no empty one in its place.</remarks>
    public void Expect(string id)
    {
    }

    /// <inheritdoc/>
    /// <remarks>A server that ignores 'If-None-Match' lets the last of several win; what is read back is what the bucket holds.</remarks>
    /// <exception cref="ArtifactStoreAwayException">The bucket was away for too long, or refuses.</exception>
    public string GiveId(string id)
    {
        if (FindId() is { } has)
            return has;
        _bucket.Ask(s3 =>
        {
            var put = _bucket.Put(IdKey, Encoding.UTF8.GetBytes(id));
            put.IfNoneMatch = "*";
            try
            {
                return _bucket.Wait(cancel => s3.PutObjectAsync(put, cancel));
            }
            catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
            {
                // Another was first.
                return null;
            }
            catch (AmazonS3Exception e) when (S3Trouble.IsUnknownOperation(e) && FindId() is null)
            {
                return _bucket.Wait(cancel => s3.PutObjectAsync(_bucket.Put(IdKey, Encoding.UTF8.GetBytes(id)), cancel));
            }
        });
        return FindId() ?? throw new ArtifactStoreAwayException($"The {_bucket.Address} took '{IdKey}' and does not give it back.");
    }
}
