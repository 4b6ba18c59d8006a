using System.Security.Cryptography;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

public sealed partial class FolderStore
{
    /// <inheritdoc/>
    /// <remarks>With the machine: on two of them a path may be two folders.</remarks>
    public string Place => $"'{Root}' on {Environment.MachineName}";

    private string IdFile => Path.Combine(Root, StoreIdentity.FileName);

    /// <inheritdoc/>
    public string? FindId()
    {
        // Reading the list of names makes a network file system ask its server anew.
        if (_patience is not null && Directory.Exists(Root))
            _ = Directory.EnumerateFileSystemEntries(Root).Any();
        return File.Exists(IdFile) && File.ReadAllText(IdFile).Trim() is { Length: > 0 } id ? id : null;
    }

    /// <inheritdoc/>
    public void Expect(string id) => _expected = id;

    /// <summary>A mount that is gone leaves an empty folder: what is missing there is not lost.</summary>
    /// <exception cref="ArtifactStoreAwayException">The folder is not the expected store now.</exception>
    private void RequireHere()
    {
        if (_expected is null)
            return;
        string? found;
        try
        {
            found = FindId();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArtifactStoreAwayException($"The artifact store {Place} cannot be read: {e.Message}", e);
        }

        if (found != _expected)
            throw new ArtifactStoreAwayException($"The artifact store {Place} is away: its file '{StoreIdentity.FileName}' is {(found is null ? "not there" : "another store's")}. Is the folder mounted?");
    }

    // What this account may not read is whole for others.
    private ArtifactStoreAwayException? Away(ArtifactLostException lost)
    {
        RequireHere();
        return _expected is not null && lost.InnerException is UnauthorizedAccessException denied
            ? new ArtifactStoreAwayException($"The artifact store {Place} cannot be read by this account: {denied.Message}", denied)
            : null;
    }

    /// <inheritdoc/>
    public string GiveId(string id)
    {
        if (FindId() is { } has)
            return has;
        Durable.CreateFolder(Root);
        var mine = $"{IdFile}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        try
        {
            File.WriteAllText(mine, id);
            Durable.FlushFile(mine);

            // Whole or not at all, and only where there is none: a reader never sees half an id, and the second to come changes nothing.
            HardLinks.OnlyOne(mine, IdFile);
            Durable.FlushFolder(Root);
        }
        catch (IOException) when (FindId() is not null)
        {
            // Another was first.
        }
        finally
        {
            File.Delete(mine);
        }

        return FindId() ?? throw new IOException($"'{IdFile}' was written and cannot be read back, or is empty: delete it.");
    }
}
