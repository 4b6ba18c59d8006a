using DnC.Workflow.Runtime.TestHost.Bodies;

namespace DnC.Workflow.Elsa.Tests.Server;

/// <summary>A folder of files that pass for images as long as nobody looks, and what controls the phases on it.</summary>
internal sealed class TestData : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-elsa-").FullName;

    public TestData(int images = 200)
    {
        Directory.CreateDirectory(Path);
        Directory.CreateDirectory(PhaseBody.Control(Path));
        for (var i = 0; i < images; i++)
        {
            var name = System.IO.Path.Combine(Path, $"{i % 10}", $"{i:D4}.png");
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(name)!);
            File.WriteAllText(name, $"{_folder} {i}");
        }
    }

    /// <summary>The data.</summary>
    public string Path => System.IO.Path.Combine(_folder, "images");

    /// <summary>A folder beside it.</summary>
    public string At(string name) => System.IO.Path.Combine(_folder, name);

    public void Set(string control, string text = "") => File.WriteAllText(System.IO.Path.Combine(PhaseBody.Control(Path), control), text);

    public void Clear(string control) => File.Delete(System.IO.Path.Combine(PhaseBody.Control(Path), control));

    /// <summary>How often a stage was started.</summary>
    public int Starts(string stage)
    {
        var diary = System.IO.Path.Combine(PhaseBody.Control(Path), stage + ".diary");
        return File.Exists(diary) ? File.ReadAllLines(diary).Length : 0;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
