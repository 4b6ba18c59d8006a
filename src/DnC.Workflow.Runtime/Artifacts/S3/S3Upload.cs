using System.Collections.Concurrent;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace DnC.Workflow.Runtime.Artifacts.S3;

/// <summary>One file on its way into a bucket, in parts where it is large. After a lost connection it goes on with the parts that are missing.</summary>
internal sealed class S3Upload(BucketClient bucket, string key, string path, long size)
{
    /// <summary>Bytes of a part, and of the largest file that is sent in one piece. [ours]</summary>
    public const long PartBytes = 16 << 20;

    /// <summary>Parts on their way at the same time. [ours]</summary>
    public const int AtOnce = 4;

    // Whoever gives up may have been told to stop. [ours]
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private const int MostParts = 10_000;
    private readonly ConcurrentDictionary<int, PartETag> _sent = new();
    private readonly long _part = Math.Max(PartBytes, (size + MostParts - 1) / MostParts);
    private string? _id;

    /// <summary>Sends the file; it is there, whole, when this returns.</summary>
    /// <exception cref="ArtifactStoreAwayException">The bucket was away for too long, or refuses.</exception>
    public void Run()
    {
        try
        {
            bucket.Persist(() => size <= PartBytes ? SendWhole() : SendParts(), () => _sent.Count);
        }
        catch
        {
            GiveUp();
            throw;
        }
    }

    /// <summary>Ends attempts' uploads under a bucket's prefix that nobody goes on with: their parts are paid for and seen by no list of objects.</summary>
    /// <param name="bucket">The bucket, in which others may have uploads, too.</param>
    /// <param name="before">Those that were begun earlier, by the bucket's clock.</param>
    /// <returns>How many; none where the server cannot list them.</returns>
    public static int GiveUp(BucketClient bucket, DateTimeOffset before)
    {
        var request = new ListMultipartUploadsRequest { BucketName = bucket.Name, Prefix = bucket.Address.Prefix };
        var ended = 0;
        try
        {
            ListMultipartUploadsResponse page;
            do
            {
                page = bucket.Ask(s3 => BucketClient.Absent(() => bucket.Wait(cancel => s3.ListMultipartUploadsAsync(request, cancel)))) ?? new ListMultipartUploadsResponse();
                foreach (var old in (page.MultipartUploads ?? []).Where(u => IsAttempts(u.Key[bucket.Address.Prefix.Length..]) && u.Initiated is { } begun && new DateTimeOffset(begun.ToUniversalTime()) < before))
                {
                    ended += End(bucket, old) ? 1 : 0;
                }

                (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
            }
            while (page.IsTruncated == true);
        }
        catch (ArtifactStoreAwayException e) when (e.InnerException is AmazonS3Exception refused && (S3Trouble.IsUnknownOperation(refused) || S3Trouble.IsForbidden(refused)))
        {
            // Beside what the store needs: an account without these two rights, or a server without the operation, leaves them to the bucket's owner.
        }

        return ended;
    }

    private static bool End(BucketClient bucket, MultipartUpload upload)
    {
        try
        {
            bucket.Ask(s3 => bucket.Wait(cancel => s3.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = bucket.Name, Key = upload.Key, UploadId = upload.UploadId }, cancel)));
            return true;
        }
        catch (ArtifactStoreAwayException e) when (e.InnerException is { } gone && S3Trouble.IsNoUpload(gone))
        {
            return false; // it ended between the list and here
        }
    }

    private static bool IsAttempts(string key) => key.Split('/', 3) is [var run, var name, _] && Locations.IsAttempts($"{run}/{name}");

    // Nobody goes on with it: the next attempt has another key. Asked once, and not after a stop's last request: a bucket that is away is why this happens, and 'dnc gc' ends the rest.
    private void GiveUp()
    {
        if (_id is null || StoreWait.Requests.IsCancellationRequested)
            return;
        try
        {
            using var patience = new CancellationTokenSource(Farewell, TimeProvider.System);
            bucket.Client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = bucket.Name, Key = key, UploadId = _id }, patience.Token).ConfigureAwait(false).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            // The error that led here is on its way.
        }
    }

    private bool SendWhole()
    {
        bucket.Wait(cancel => bucket.Client.PutObjectAsync(bucket.Put(key, File.ReadAllBytes(path)), cancel), size);
        return true;
    }

    private bool SendParts()
    {
        var count = (int)((size + _part - 1) / _part);
        try
        {
            if (_id is null)
                _id = bucket.Wait(cancel => bucket.Client.InitiateMultipartUploadAsync(Begin(), cancel)).UploadId;
            else
                Recall();
            BucketClient.WaitForParts(cancel => SendMissing(Enumerable.Range(1, count).Where(n => !_sent.ContainsKey(n)), cancel));
            var whole = new CompleteMultipartUploadRequest
            {
                BucketName = bucket.Name,
                Key = key,
                UploadId = _id,
                PartETags = [.. Enumerable.Range(1, count).Select(n => _sent[n])],
            };
            bucket.Wait(cancel => bucket.Client.CompleteMultipartUploadAsync(whole, cancel), size); // a server may put the parts together before it answers
            return true;
        }
        catch (AmazonS3Exception e) when (S3Trouble.IsNoUpload(e))
        {
            // Completed, and the answer was lost; or swept away by a rule of the bucket.
            if (IsThere())
                return true;
            _id = null;
            _sent.Clear();
            throw new IOException($"The upload of '{key}' is not known any more: it starts again.", e);
        }
    }

    private async Task<bool> SendMissing(IEnumerable<int> parts, CancellationToken stop)
    {
        await Parallel.ForEachAsync(parts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (number, cancel) =>
        {
            var request = Part(number);
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            silence.CancelAfter(bucket.Limit(AtOnce * _part));
            var answer = await bucket.Client.UploadPartAsync(request, silence.Token).ConfigureAwait(false);
            _sent[number] = new PartETag(number, answer.ETag) { ChecksumSHA256 = request.ChecksumSHA256 };
        }).ConfigureAwait(false);
        return true;
    }

    /// <summary>What the server has, which may be more than was answered for. One that cannot say is taken at its earlier word.</summary>
    private void Recall()
    {
        try
        {
            int? after = 0;
            do
            {
                var request = new ListPartsRequest { BucketName = bucket.Name, Key = key, UploadId = _id, PartNumberMarker = after?.ToString() };
                var page = bucket.Wait(cancel => bucket.Client.ListPartsAsync(request, cancel));
                foreach (var part in page.Parts ?? [])
                {
                    if (part is { PartNumber: { } number, ChecksumSHA256: { Length: > 0 } digest } && part.Size == Length(number) && digest == Digest(number))
                        _sent[number] = new PartETag(number, part.ETag) { ChecksumSHA256 = digest };
                }

                after = page.IsTruncated == true ? page.NextPartNumberMarker : null;
            }
            while (after is not null);
        }
        catch (AmazonS3Exception e) when (S3Trouble.IsUnknownOperation(e))
        {
            // What it answered for is all that is known.
        }
    }

    private bool IsThere() => bucket.Head(key)?.ContentLength == size;

    private InitiateMultipartUploadRequest Begin() => new() { BucketName = bucket.Name, Key = key, ChecksumAlgorithm = ChecksumAlgorithm.SHA256 };

    private UploadPartRequest Part(int number) => new()
    {
        BucketName = bucket.Name,
        Key = key,
        UploadId = _id,
        PartNumber = number,
        FilePath = path,
        FilePosition = (number - 1) * _part,
        PartSize = Length(number),
        UseChunkEncoding = false,
        ChecksumSHA256 = Digest(number),
    };

    private long Length(int number) => Math.Min(_part, size - ((number - 1) * _part));

    private string Digest(int number)
    {
        var bytes = new byte[Length(number)];
        using var file = File.OpenHandle(path);
        for (var read = 0; read < bytes.Length;)
        {
            var got = RandomAccess.Read(file, bytes.AsSpan(read), ((number - 1) * _part) + read);
            read += got > 0 ? got : throw new EndOfStreamException($"'{path}' became shorter while it was being sent.");
        }

        return Convert.ToBase64String(SHA256.HashData(bytes));
    }
}
