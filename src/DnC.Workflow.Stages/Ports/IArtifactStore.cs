namespace DnC.Workflow.Stages.Ports;

/// <summary>Outputs of stages: folders that never change once sealed, each with a manifest of names, sizes and digests.</summary>
public interface IArtifactStore
{
    /// <summary>Makes the folder's content durable under a new location and returns its manifest. The folder is consumed.</summary>
    /// <param name="folder">A local folder written by one attempt.</param>
    /// <param name="location">Where it shall be: relative, unique to the attempt, of letters, digits, '-', '_', '.' and '/'.</param>
    Artifact Seal(string folder, string location);

    /// <summary>A local path of one file, its size and digest checked.</summary>
    /// <exception cref="ArtifactLostException">It is gone or damaged.</exception>
    string Open(ArtifactFile file);

    /// <summary>Whether every file of the artifact is there with its size. Cheap: no digests.</summary>
    bool IsPresent(Artifact artifact);
}

/// <summary>A sealed artifact.</summary>
/// <param name="Location">Where the store keeps it.</param>
/// <param name="Files">Its files by name.</param>
public sealed record Artifact(string Location, IReadOnlyList<ArtifactFile> Files)
{
    /// <summary>The file of that name, or null.</summary>
    public ArtifactFile? Find(string name) => Files.FirstOrDefault(f => f.Name == name);
}

/// <summary>One file of a sealed artifact.</summary>
/// <param name="Location">The artifact's location.</param>
/// <param name="Name">The file's name in it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">SHA-256, 64 hexadecimal digits.</param>
public sealed record ArtifactFile(string Location, string Name, long Size, string Digest);

/// <summary>An artifact's bytes are gone or are not what was sealed.</summary>
public sealed class ArtifactLostException(string message, Exception? inner = null) : Exception(message, inner);
