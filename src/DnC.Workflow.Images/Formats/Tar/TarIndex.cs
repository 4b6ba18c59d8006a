using DnC.Workflow.Stages.Execution;
using Microsoft.Win32.SafeHandles;

namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>
/// Where the files of a tar shard lie, found by one bounded scan of its headers: ustar, pax, GNU and v7 archives. A shard that is truncated,
/// damaged or hostile is refused whole.
/// </summary>
/// <remarks>Entries of data are skipped, not read; what is held is a name and two numbers for each file.</remarks>
public sealed class TarIndex
{
    /// <summary>Entries in one shard [ours]; more is absurd, as shards hold thousands.</summary>
    public const int MaxEntries = 20_000_000;

    private TarIndex(string path, FileIdentity identity, List<TarMember> members)
    {
        Path = path;
        Identity = identity;
        Members = members;
    }

    /// <summary>The shard's file.</summary>
    public string Path { get; }

    /// <summary>The shard's length and modification time when it was indexed.</summary>
    public FileIdentity Identity { get; }

    /// <summary>Its regular files in archive order; names are unique.</summary>
    public IReadOnlyList<TarMember> Members { get; }

    /// <summary>Indexes a shard.</summary>
    /// <exception cref="UserInputException">The file cannot be read, or is no whole and harmless tar archive; names entry and byte offset.</exception>
    /// <exception cref="DataChangedException">It changed while it was indexed.</exception>
    public static TarIndex Scan(string path, int maxEntries = MaxEntries)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Scan(path, file, maxEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserInputException($"The shard '{path}' cannot be read: {e.Message} Mend it, or take it out of the data folder.", e);
        }
    }

    private static TarIndex Scan(string path, SafeFileHandle file, int maxEntries)
    {
        var identity = FileIdentity.Of(file);
        if (identity.Length == 0) throw TarRefusal.Of(path, 0, null, "the file is empty.");
        var members = new TarScan(path, new TarWindow(file, identity.Length), identity.Length, maxEntries).Members();
        if (FileIdentity.Of(file) != identity)
            throw new DataChangedException($"The shard '{path}' changed while it was indexed; run again when it is complete.");
        return new TarIndex(path, identity, members);
    }
}
