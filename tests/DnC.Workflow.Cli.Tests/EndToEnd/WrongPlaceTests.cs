using System.Runtime.Versioning;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>Folders and files that are there, and are not what was meant.</summary>
public sealed class WrongPlaceTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_with_fewer_images_than_a_batch_is_asked_about()
    {
        var data = _folder.Make("few");
        foreach (var (name, bytes) in finished.Data.Pictures().Take(6))
            File.WriteAllBytes(Path.Combine(data, name), bytes);
        string[] plan = ["plan", finished.Spec, "--data", data, "--root", _folder.At("root"), "--set", "cluster.k=2"];
        Assert.Contains("few: 6 images, fewer than a batch of 32: is this the folder?", DncProcess.Run(plan).Expect(0).Error, StringComparison.Ordinal);
        Assert.Empty(DncProcess.Run([.. plan, "--set", "base.batch=6"]).Expect(0).Error);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("runs")]
    public void A_root_that_is_a_file_is_told_as_one(string command)
    {
        var file = _folder.Write("file", "");
        Assert.Equal($"error: The root '{file}' is a file; expected a folder: --root DIR.", DncProcess.Run(command, "--root", file).Expect(2).Error.TrimEnd());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_root_that_may_not_be_entered_is_told_as_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "An administrator may enter every folder.");
        var root = _folder.Make("root");
        File.SetUnixFileMode(root, UnixFileMode.None);
        try
        {
            Assert.Contains($"The root '{root}' cannot be read: ", DncProcess.Run("status", "--root", root).Expect(2).Error, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Theory]
    [InlineData("gpu", "Device 'gpu': expected auto, cpu or cuda:N.")]
    [InlineData("cuda:7", "Device 'cuda:7': this ")]
    public void Init_looks_at_the_device_before_it_measures(string device, string says)
    {
        var error = DncProcess.Run("init", _folder.At("spec.json"), "--data", finished.Data.Shards, "--device", device).Expect(2).Error;
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.DoesNotContain("Measuring", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Init_looks_whether_it_may_write_before_it_measures()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A folder in which nobody may write is Linux's /proc.");
        var error = DncProcess.Run("init", "/proc/spec.json", "--data", finished.Data.Shards, "--device", "cpu").Expect(2).Error;
        Assert.Contains("The spec cannot be written to '/proc/spec.json': ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Measuring", error, StringComparison.Ordinal);
    }
}
