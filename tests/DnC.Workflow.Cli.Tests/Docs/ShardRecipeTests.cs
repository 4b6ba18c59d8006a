using System.Diagnostics;
using System.Runtime.Versioning;
using DnC.Workflow.Cli.Tests.EndToEnd;
using DnC.Workflow.Images.Formats;

namespace DnC.Workflow.Cli.Tests.Docs;

/// <summary>The lines with which docs/own-images.md makes shards, typed as they stand there.</summary>
public sealed class ShardRecipeTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Typed_beside_a_folder_of_photos_they_make_shards_of_all_of_them()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The lines are for a Unix shell.");
        var lines = DocPages.Read("docs/own-images.md").Text.Split("```").Single(b => b.Contains("tar -cf", StringComparison.Ordinal));
        _folder.Make("photos");
        foreach (var (index, (_, bytes)) in finished.Data.Pictures().Take(12).Index())
            File.WriteAllBytes(_folder.At("photos", $"{index}.jpg"), bytes);

        using var shell = Process.Start(new ProcessStartInfo("bash", ["-e", "-c", lines]) { WorkingDirectory = _folder.Path, RedirectStandardError = true, UseShellExecute = false })!;
        var error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0, error);

        using var shards = DataFolder.OpenTraining(_folder.At("shards"));
        Assert.Equal(12, shards.Count);
    }
}
