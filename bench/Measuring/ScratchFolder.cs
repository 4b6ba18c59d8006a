namespace DnC.Workflow.Bench.Measuring;

/// <summary>A folder for as long as a row is measured.</summary>
internal sealed class ScratchFolder(string name) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory($"dnc-bench-{name}-");

    /// <summary>Where it is.</summary>
    public string Path => _folder.FullName;

    /// <summary>A folder in it.</summary>
    public string Sub(string folder) => _folder.CreateSubdirectory(folder).FullName;

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
