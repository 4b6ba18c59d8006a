using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Artifacts.S3;

/// <summary>One bucket, asked by the calling thread. The SDK repeats a request a few times; what is away longer is waited for here.</summary>
internal sealed class BucketClient : IDisposable
{
    /// <summary>How long a bucket that is away is waited for before the caller is told. [ours]</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>How long a request may take, the SDK's own repetitions included, before it counts as unanswered; what is sent has more. [ours]</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>Bytes a second below which a line counts as dead. [ours]</summary>
    private const double Slowest = 64 << 10;

    private const int CopyBytes = 1 << 20;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);
    private readonly AmazonS3Client _client;
    private readonly TimeProvider _time;
    private readonly TimeSpan _silence;

    private BucketClient(AmazonS3Client client, S3Address address, TimeProvider time, TimeSpan silence)
    {
        (_client, Address, _time, _silence) = (client, address, time, silence);
        _client.BeforeRequestEvent += (_, request) => KeepSlashes(request);
    }

    /// <summary>Where it is.</summary>
    public S3Address Address { get; }

    /// <summary>For requests within <see cref="Persist"/>, which has the patience.</summary>
    public IAmazonS3 Client => _client;

    /// <summary>The bucket's name.</summary>
    public string Name => Address.Bucket;

    /// <summary>Connects with the SDK's own chain of credentials; nothing is sent yet.</summary>
    /// <exception cref="UserInputException">There are no credentials, or no region where one is needed.</exception>
    /// <param name="address">Where.</param>
    /// <param name="time">Measures the patience.</param>
    /// <param name="credentials">Instead of the SDK's chain.</param>
    /// <param name="retries">How often the SDK repeats a request. [ours]</param>
    /// <param name="silence">How long a request may go unanswered; null: a minute.</param>
    public static BucketClient Open(S3Address address, TimeProvider time, AWSCredentials? credentials = null, int retries = 4, TimeSpan? silence = null)
    {
        var settings = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = retries,
            ForcePathStyle = address.IsPathStyle,

            // Every part and file carries a SHA-256 of ours; servers other than Amazon's stumble over the SDK's own trailing checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (address.Endpoint is { } endpoint)
        {
            settings.ServiceURL = endpoint.ToString();
            settings.AuthenticationRegion = address.Region ?? "us-east-1";
        }
        else if (address.Region is { } region)
        {
            settings.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        try
        {
            return new BucketClient(credentials is null ? new AmazonS3Client(settings) : new AmazonS3Client(credentials, settings), address, time, silence ?? Silence);
        }
        catch (AmazonClientException e)
        {
            throw new UserInputException(
                $"{S3Trouble.Describe(e, address)}{(address.Endpoint is null && address.Region is null ? " Set AWS_REGION, too, or AWS_ENDPOINT_URL for another server than Amazon's." : "")}", e);
        }
    }

    /// <summary>Whether it can be listed and written to, asked once and without patience.</summary>
    /// <exception cref="UserInputException">It cannot, and will not: bucket, endpoint and the way out.</exception>
    /// <exception cref="ArtifactStoreAwayException">It cannot be reached, or has trouble of its own; later it may be there.</exception>
    public void Check()
    {
        try
        {
            // Anything that answers 200 gives an empty list; a list of S3 says of which bucket it is.
            if (Wait(cancel => _client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Name, Prefix = Address.Prefix, MaxKeys = 1 }, cancel)).Name is null)
                throw new UserInputException(S3Trouble.NoAnswer(Address, "a page without a list"));
            Wait(cancel => _client.PutObjectAsync(Put(Address.Prefix + ".clock", []), cancel));
        }
        catch (Exception e) when (S3Trouble.MayPass(e))
        {
            throw new ArtifactStoreAwayException(S3Trouble.Describe(e, Address), e);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException)
        {
            throw new UserInputException(S3Trouble.Describe(e, Address), e);
        }
    }

    /// <summary>Asks, and goes on asking while the bucket is away.</summary>
    /// <exception cref="ArtifactStoreAwayException">It was away for too long, or refuses.</exception>
    public T Ask<T>(Func<IAmazonS3, T> request) => Persist(() => request(_client), () => 0);

    /// <summary>What is known of an object without reading it, asked once; null where it is not there.</summary>
    public GetObjectMetadataResponse? Head(string key) => Absent(() => Wait(cancel => _client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = Name, Key = key }, cancel)));

    /// <summary>The answer, or null where the object is not there.</summary>
    public static T? Absent<T>(Func<T> request)
        where T : class
    {
        try
        {
            return request();
        }
        catch (AmazonS3Exception e) when (S3Trouble.IsNotFound(e))
        {
            return null;
        }
    }

    /// <summary>Does something that may take many requests, again and again while the bucket is away: it goes on where it was.</summary>
    /// <param name="work">The work.</param>
    /// <param name="progress">Grows as it gets on: patience is for standing still.</param>
    /// <exception cref="ArtifactStoreAwayException">It was away for too long, or refuses.</exception>
    public T Persist<T>(Func<T> work, Func<long> progress)
    {
        var (since, delay, reached) = (_time.GetTimestamp(), TimeSpan.FromSeconds(1), progress());
        while (true)
        {
            try
            {
                return work();
            }
            catch (Exception e) when (S3Trouble.MayPass(e))
            {
                if (progress() is var now && now > reached)
                    (since, delay, reached) = (_time.GetTimestamp(), TimeSpan.FromSeconds(1), now);
                if (_time.GetElapsedTime(since) >= Patience)
                    throw new ArtifactStoreAwayException(S3Trouble.Describe(e, Address), e);
                if (!StoreWait.Block(_time, delay))
                    throw new ArtifactStoreAwayException($"{S3Trouble.Describe(e, Address)} It was not waited for, since this attempt is to stop.", e);
                delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestWait.Ticks));
            }
            catch (Exception e) when (e is AmazonServiceException or AmazonClientException)
            {
                throw new ArtifactStoreAwayException(S3Trouble.Describe(e, Address), e);
            }
        }
    }

    /// <summary>A request to write an object in one piece, its SHA-256 with it.</summary>
    public PutObjectRequest Put(string key, byte[] content) => new()
    {
        BucketName = Name,
        Key = key,
        InputStream = new MemoryStream(content, writable: false),
        UseChunkEncoding = false,
        ChecksumSHA256 = Convert.ToBase64String(SHA256.HashData(content)),
    };

    // The SDK escapes the slashes of a copy's source, which some servers leave as they are. Our keys have no other character to escape.
    private static void KeepSlashes(RequestEventArgs request)
    {
        const string header = "x-amz-copy-source";
        if (request is WebServiceRequestEventArgs { Headers: { } headers } && headers.TryGetValue(header, out var source))
            headers[header] = source.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The result of a request on this thread, which is one of the engine's own and may wait: until an answer, or too long a silence, or the end of a stop's grace.</summary>
    /// <param name="request">Makes it.</param>
    /// <param name="bytes">How many it sends.</param>
    /// <exception cref="TimeoutException">It was not answered.</exception>
    public T Wait<T>(Func<CancellationToken, Task<T>> request, long bytes = 0) => Wait(request, Limit(bytes));

    /// <summary>As the other, where the request bounds its parts itself.</summary>
    public static T WaitForParts<T>(Func<CancellationToken, Task<T>> request) => Wait(request, Timeout.InfiniteTimeSpan);

    /// <summary>How long a request that sends so many bytes may take.</summary>
    public TimeSpan Limit(long bytes) => _silence + TimeSpan.FromSeconds(bytes / Slowest);

    /// <summary>Copies an answer's body, each piece of it as patiently as a request.</summary>
    public void Copy(Stream body, Stream to)
    {
        var buffer = new byte[CopyBytes];
        while (Wait(cancel => body.ReadAsync(buffer, cancel).AsTask()) is > 0 and var read)
            to.Write(buffer, 0, read);
    }

    private static T Wait<T>(Func<CancellationToken, Task<T>> request, TimeSpan limit)
    {
        var stop = StoreWait.Requests;
        using var silence = new CancellationTokenSource(limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, stop);
        try
        {
            return request(either.Token).ConfigureAwait(false).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException(stop.IsCancellationRequested ? "it did not answer before this had to stop." : "it did not answer.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
