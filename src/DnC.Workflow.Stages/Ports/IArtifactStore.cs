namespace DnC.Workflow.Stages.Ports;

/// <summary>
/// What stages leave behind (outputs, checkpoints, logs): folders that never change once sealed, each with a manifest of names, sizes and
/// digests. Locations are relative, of two segments ('RUN/STAGE.GENERATION-ATTEMPT…'), each one attempt's own.
/// </summary>
public interface IArtifactStore
{
    /// <summary>Where it is, for people: a folder and its machine, or a bucket and its server. Without secrets.</summary>
    string Place { get; }

    /// <summary>The id that tells it from every other store, wherever it is seen from; null where nobody has given it one.</summary>
    string? FindId();

    /// <summary>Gives it an id where it has none, once and for all. Of several who do so at once one wins.</summary>
    /// <returns>The id that it has.</returns>
    string GiveId(string id);

    /// <summary>From here on a store that is not there under this id is away: nothing is taken for lost, and nothing is written beside it.</summary>
    void Expect(string id);

    /// <summary>Makes the folder's content durable under a new location, all of it at once, and returns its manifest. The folder is consumed.</summary>
    /// <param name="folder">A local folder written by one attempt.</param>
    /// <param name="location">Where it shall be: of letters, digits, '-', '_', '.' and '/'.</param>
    /// <param name="basis">A location sealed before by the same attempt: files that are the same as there need not be read or sent again.</param>
    Artifact Seal(string folder, string location, string? basis = null);

    /// <summary>A local path of one file, its size and digest checked.</summary>
    /// <param name="file">The file.</param>
    /// <param name="keepIn">A local folder whose owner reads the file: there it stays whatever the store's cache needs room for. Null: for a short look.</param>
    /// <exception cref="ArtifactLostException">It is gone or damaged.</exception>
    string Open(ArtifactFile file, string? keepIn = null);

    /// <summary>A local folder with all files of a location, their digests checked by its manifest.</summary>
    /// <param name="location">The location.</param>
    /// <param name="keepIn">A local folder, not there yet, for a store that has no folder of its own to show.</param>
    /// <exception cref="ArtifactLostException">It is gone, was never sealed whole, or is damaged.</exception>
    string OpenFolder(string location, string keepIn);

    /// <summary>What lies at a location, by its manifest; for a look at one file of many. Null where nothing was sealed whole there.</summary>
    /// <param name="location">The location.</param>
    /// <exception cref="ArtifactLostException">Its manifest is damaged.</exception>
    Artifact? Find(string location);

    /// <summary>Whether every file of the artifact is there with its size. Cheap: no digests.</summary>
    bool IsPresent(Artifact artifact);

    /// <summary>Whether an earlier result can stand for a stage: also every byte of it, where the store does not vouch for its disk itself.</summary>
    bool IsWhole(Artifact artifact);

    /// <summary>Deletes a location, or what there is of it. Nothing may name it any more.</summary>
    void Delete(string location);

    /// <summary>What is there, sealed or not, under locations that begin so.</summary>
    IEnumerable<StoredLocation> List(string prefix = "");

    /// <summary>Ends transfers into the store that were begun so long ago and never ended: room that no list shows.</summary>
    /// <returns>How many; none for a store that has no such thing.</returns>
    int GiveUpUploads(TimeSpan age) => 0;

    /// <summary>The time by the clock that dates <see cref="StoredLocation.LastWritten"/>.</summary>
    DateTimeOffset Now();
}

/// <summary>A location as it lies in a store.</summary>
/// <param name="Location">The location.</param>
/// <param name="Bytes">Of all its files.</param>
/// <param name="LastWritten">When the youngest of them was written, by the store's own clock.</param>
public sealed record StoredLocation(string Location, long Bytes, DateTimeOffset LastWritten);

/// <summary>A sealed artifact.</summary>
/// <param name="Location">Where the store keeps it.</param>
/// <param name="Files">Its files by name.</param>
public sealed record Artifact(string Location, IReadOnlyList<ArtifactFile> Files)
{
    /// <summary>The file of that name, or null.</summary>
    public ArtifactFile? Find(string name) => Files.FirstOrDefault(f => f.Name == name);

    /// <summary>The same files where they lie now: a manifest may have been written for another place.</summary>
    public Artifact At(string location) => new(location, [.. Files.Select(f => f with { Location = location })]);
}

/// <summary>One file of a sealed artifact.</summary>
/// <param name="Location">The artifact's location.</param>
/// <param name="Name">The file's name in it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">SHA-256, 64 hexadecimal digits.</param>
public sealed record ArtifactFile(string Location, string Name, long Size, string Digest);

/// <summary>An artifact's bytes are gone or are not what was sealed.</summary>
public sealed class ArtifactLostException(string message, Exception? inner = null) : Exception(message, inner);
