using System.Security.Cryptography;

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
