using DnC.Workflow.Images.Demo;

namespace DnC.Workflow.Learning.Tests.Phases;

/// <summary>240 unlabelled images and 200 each of probe and test, rendered once for all tests of this process; nobody changes them.</summary>
internal static class RenderedSet
{
    public const int Images = 240;

    // Stamps hold a shard's time: a fixed one makes lists of members the same in every run.
    private static readonly DateTime Written = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly Lazy<string> Rendered = new(Render);

    public static string Folder => Rendered.Value;

    /// <summary>A copy that a test may change, with other times if asked for.</summary>
    public static string CopyTo(string folder, int daysLater = 0)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Folder))
        {
            var copy = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetLastWriteTimeUtc(copy, Written.AddDays(daysLater));
        }

        return folder;
    }

    private static string Render()
    {
        var root = Directory.CreateTempSubdirectory("dnc-rendered-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        var folder = Path.Combine(root, "images");
        DemoSet.Ensure(folder, new DemoOptions(Pretrain: Images, Probe: 200, Test: 200), threads: 2);
        foreach (var file in Directory.EnumerateFiles(folder))
            File.SetLastWriteTimeUtc(file, Written);
        return folder;
    }
}
