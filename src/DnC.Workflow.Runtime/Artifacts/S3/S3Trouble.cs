using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using DnC.Workflow.Runtime.Ledger;

namespace DnC.Workflow.Runtime.Artifacts.S3;

/// <summary>What an error of the SDK means. Its texts are not repeated where they could hold a key's id.</summary>
internal static class S3Trouble
{
    /// <summary>Whether the object that was asked for is not there.</summary>
    public static bool IsNotFound(Exception error) => error is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound, ErrorCode: not "NoSuchBucket" and not "NoSuchUpload" };

    /// <summary>Whether the upload that was gone on with is not there.</summary>
    public static bool IsNoUpload(Exception error) => error is AmazonS3Exception { ErrorCode: "NoSuchUpload" };

    /// <summary>Whether the account lacks a right, while its credentials are good.</summary>
    public static bool IsForbidden(Exception error) => error is AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden, ErrorCode: "AccessDenied" };

    /// <summary>Whether the server does not know the operation: not all are complete.</summary>
    public static bool IsUnknownOperation(Exception error) =>
        error is AmazonS3Exception { StatusCode: HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed };

    /// <summary>Whether the same request may succeed a minute later: the network, or the server's own trouble.</summary>
    public static bool MayPass(Exception error) => error switch
    {
        AmazonServiceException { StatusCode: var status } => (int)status is 0 or 408 or 429 or >= 500,
        HttpRequestException or SocketException or TimeoutException or TaskCanceledException => true,
        ArtifactStoreAwayException => false,
        IOException => !DiskFull.IsCauseOf(error) && error is not (FileNotFoundException or DirectoryNotFoundException),
        AmazonClientException => error.InnerException is { } inner && MayPass(inner),
        _ => false,
    };

    /// <summary>A sentence for a person: what is wrong, and the way out.</summary>
    public static string Describe(Exception error, S3Address address) => error switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => $"There is no {address}. Create it, or name another one with --artifacts s3://BUCKET/PREFIX.",
        AmazonS3Exception { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredToken" or "InvalidToken" or "AuthFailure" } e =>
            $"The credentials are not accepted for {address} ({e.ErrorCode}). Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile, of an account there.",
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden } e =>
            $"Access to {address} is denied ({e.ErrorCode}). The account needs s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject there.",
        AmazonS3Exception { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect } =>
            $"The {address} is in another region. Set AWS_REGION to it.",
        AmazonS3Exception e => $"The {address} answered {(int)e.StatusCode} {e.ErrorCode}. If that is no S3 server, mend AWS_ENDPOINT_URL.",
        AmazonServiceException e when (int)e.StatusCode == 0 => Unreachable(e, address),
        AmazonServiceException e => NoAnswer(address, $"status {(int)e.StatusCode}"),
        AmazonClientException { InnerException: null } =>
            $"There are no credentials for {address}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile in ~/.aws, or a role of the machine.",
        _ => Unreachable(error, address),
    };

    /// <summary>What answers is no S3 server, by all appearances.</summary>
    public static string NoAnswer(S3Address address, string what) =>
        $"The {address} gave no answer that S3 knows ({what}). If that is no S3 server, mend AWS_ENDPOINT_URL.";

    private static string Unreachable(Exception error, S3Address address)
    {
        var cause = error;
        while (cause is not TimeoutException && cause.InnerException is { } inner)
            cause = inner;
        return $"The {address} cannot be reached: {ErrorLine.Of(cause)} Check AWS_ENDPOINT_URL and the network.";
    }
}
