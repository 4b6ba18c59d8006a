using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Artifacts.S3;

/// <summary>Where a bucket is: 's3://BUCKET/PREFIX' and the environment. Holds no secret.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Prefix">Begins every key: empty, or ending with '/'.</param>
/// <param name="Endpoint">The server, or null for Amazon's own.</param>
/// <param name="Region">The region, or null where the SDK's profile says it.</param>
public sealed record S3Address(string Bucket, string Prefix, Uri? Endpoint, string? Region)
{
    private const string Scheme = "s3://";

    /// <summary>Whether the bucket is in the path ('https://server/bucket/key'), as all but Amazon's own servers understand it.</summary>
    public bool IsPathStyle => Endpoint is { } endpoint && !endpoint.Host.EndsWith(".amazonaws.com", StringComparison.OrdinalIgnoreCase);

    /// <summary>Bucket and endpoint, for messages.</summary>
    public override string ToString() => $"bucket '{Bucket}' at {Endpoint?.ToString().TrimEnd('/') ?? "Amazon S3" + (Region is null ? "" : $" ({Region})")}";

    /// <summary>Whether a text is meant as such an address.</summary>
    public static bool IsMeantBy(string uri) => uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an address.</summary>
    /// <param name="uri">'s3://BUCKET' or 's3://BUCKET/PREFIX'.</param>
    /// <param name="environment">The value of an environment variable, or null: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION.</param>
    /// <exception cref="UserInputException">It is no such address.</exception>
    public static S3Address Parse(string uri, Func<string, string?> environment)
    {
        var parts = uri[Scheme.Length..].Split('/', 2);
        var (bucket, prefix) = (parts[0], parts.Length > 1 ? parts[1].Trim('/') : "");
        if (bucket.Length is < 3 or > 63 || !bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
            throw new UserInputException($"'{uri}' names no bucket: expected s3://BUCKET/PREFIX with a bucket of 3 to 63 lower-case letters, digits, '-' and '.'.");
        if (prefix.Length > 0 && !ArtifactNames.IsSafe(prefix))
            throw new UserInputException($"'{uri}': the prefix may have letters, digits, '-', '_', '.' and '/', and no segment that starts with '.', as in s3://BUCKET/dnc.");
        return new S3Address(bucket, prefix.Length > 0 ? prefix + "/" : "", Server(environment), Known("AWS_REGION") ?? Known("AWS_DEFAULT_REGION"));

        string? Known(string name) => environment(name) is { Length: > 0 } value ? value : null;
    }

    private static Uri? Server(Func<string, string?> environment)
    {
        foreach (var name in (ReadOnlySpan<string>)["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
        {
            if (environment(name) is not { Length: > 0 } text)
                continue;
            return Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "http" or "https" && server.UserInfo.Length == 0
                ? server
                : throw new UserInputException($"{name} is no address of a server: expected http://HOST:PORT or https://HOST, without user or password.");
        }

        return null;
    }
}
