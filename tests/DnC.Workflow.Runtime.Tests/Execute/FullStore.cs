using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Execute;

/// <summary>A store from which nothing can be copied here: the disk of the reader is full.</summary>
internal sealed class FullStore : IArtifactStore
{
    public string Place => "nowhere";

    public string Open(ArtifactFile file, string? keepIn = null) => throw new IOException("No space left on device", 28);

    public string OpenFolder(string location, string keepIn) => throw new NotSupportedException();

    public Artifact Seal(string folder, string location, string? basis = null) => throw new NotSupportedException();

    public string? FindId() => null;

    public string GiveId(string id) => id;

    public void Expect(string id)
    {
    }

    public Artifact? Find(string location) => null;

    public bool IsPresent(Artifact artifact) => false;

    public bool IsWhole(Artifact artifact) => false;

    public void Delete(string location)
    {
    }

    public IEnumerable<StoredLocation> List(string prefix = "") => [];

    public DateTimeOffset Now() => DateTimeOffset.UnixEpoch;
}
