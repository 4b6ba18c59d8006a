using DnC.Workflow.Runtime.Artifacts.S3;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>The stores that several machines can share, by their addresses ('--artifacts').</summary>
public static class ArtifactStores
{
    /// <summary>What a local cache holds if nothing else is said. [ours]</summary>
    public const long CacheBytes = 20L << 30;

    private const string FileScheme = "file://";

    /// <summary>Opens a store and looks whether it can be used: a folder's path, 'file:///PATH', or 's3://BUCKET/PREFIX'.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="cacheFolder">For copies of what is read from a bucket; on the disk of the work areas.</param>
    /// <param name="time">Measures the patience with what is away.</param>
    /// <param name="cacheBytes">What the cache may hold.</param>
    /// <returns>The store; disposable where it holds connections.</returns>
    /// <exception cref="UserInputException">It is no such address, or cannot be used: names folder, or bucket and endpoint; no keys.</exception>
    /// <exception cref="ArtifactStoreAwayException">A bucket cannot be reached now.</exception>
    public static IArtifactStore Open(string uri, string cacheFolder, TimeProvider time, long cacheBytes = CacheBytes)
    {
        if (S3Address.IsMeantBy(uri))
            return S3Store.Open(S3Address.Parse(uri, Environment.GetEnvironmentVariable), new LocalCache(cacheFolder, cacheBytes, time), time);
        return OpenFolder(FolderOf(uri), time);
    }

    /// <summary>Where a file lies for whoever wants it without a store: a path, or 's3://BUCKET/PREFIX/…'; null where a folder has no such file.</summary>
    /// <param name="uri">The store's address.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="UserInputException">It is no such address.</exception>
    public static string? Locate(string uri, ArtifactFile file)
    {
        if (S3Address.IsMeantBy(uri))
            return $"{uri.TrimEnd('/')}/{file.Location}/{file.Name}";
        var path = Path.GetFullPath(Path.Combine(FolderOf(uri), file.Location, file.Name));
        return File.Exists(path) ? path : null;
    }

    private static string FolderOf(string uri)
    {
        if (uri.StartsWith(FileScheme, StringComparison.OrdinalIgnoreCase))
            return Uri.TryCreate(uri, UriKind.Absolute, out var file) && file.Host.Length == 0 ? file.LocalPath : throw NoStore(uri);
        return uri.Length > 0 && !uri.Contains("://", StringComparison.Ordinal) ? uri : throw NoStore(uri);
    }

    private static FolderStore OpenFolder(string folder, TimeProvider time)
    {
        var store = FolderStore.Shared(folder, time);
        try
        {
            store.Now();
            return store;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"The artifact folder '{store.Root}' cannot be written to: {e.Message} Mend that, or name another one with --artifacts.", e);
        }
    }

    private static UserInputException NoStore(string uri) =>
        new($"'{uri}' is no artifact store: expected the path of a folder that all machines see, file:///PATH, or s3://BUCKET/PREFIX.");
}
