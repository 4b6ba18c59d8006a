namespace DnC.Workflow.Soak.Tests.Bench;

/// <summary>A folder of a test's own, deleted at its end unless DNC_SOAK_KEEP says that somebody wants to look into it.</summary>
public sealed class TestFolder : IDisposable
{
    public TestFolder() => Path = Directory.CreateTempSubdirectory("dnc-soak-").FullName;

    public string Path { get; }

    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public string Make(params string[] names) => Directory.CreateDirectory(At(names)).FullName;

    public void Dispose()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DNC_SOAK_KEEP")))
            Directory.Delete(Path, recursive: true);
    }
}
