namespace DnC.Workflow.Soak.Tests.Bench;

/// <summary>A folder of a test's own, deleted at its end.</summary>
public sealed class TestFolder : IDisposable
{
    public TestFolder() => Path = Directory.CreateTempSubdirectory("dnc-soak-").FullName;

    public string Path { get; }

    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public string Make(params string[] names) => Directory.CreateDirectory(At(names)).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
