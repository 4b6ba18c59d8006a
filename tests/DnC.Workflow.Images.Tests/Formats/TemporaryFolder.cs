namespace DnC.Workflow.Images.Tests.Formats;

/// <summary>A folder of the test's own that goes with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("dnc-images-").FullName;

    public string File(string relative, byte[]? content = null)
    {
        var path = System.IO.Path.Combine(Path, relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, content ?? [1, 2, 3]);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
