using System.Runtime.CompilerServices;

namespace DnC.Workflow.Cli.Tests;

/// <summary>The checkout these tests were built from, and the real images beside it.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>A folder of real images, or a skipped test.</summary>
    public static string SharedData(string name)
    {
        var data = Environment.GetEnvironmentVariable("DNC_SHARED_DATA") ?? Path.Combine(Root, "..", "shared", "data");
        var folder = Path.GetFullPath(Path.Combine(data, name));
        Assert.SkipUnless(Directory.Exists(folder), $"no real images: {folder} does not exist (set DNC_SHARED_DATA)");
        return folder;
    }

    private static string Find([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
