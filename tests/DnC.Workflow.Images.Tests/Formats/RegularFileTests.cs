using System.Runtime.InteropServices;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Labels;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Formats;

/// <summary>Pipes and devices in the place of data: refused before they are opened, which would wait for ever.</summary>
public sealed partial class RegularFileTests : IDisposable
{
    private readonly TempData _data = new();

    public RegularFileTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked what a file is.");

    [Theory]
    [InlineData("pretrain-0.tar")]
    [InlineData("a/x.png")]
    [InlineData("data_batch_1.bin")]
    public void A_pipe_in_the_part_that_is_trained_on(string name)
    {
        Pipe(name);
        Refused(() => DataFolder.OpenTraining(_data.Folder), name, "a pipe");
        Refused(() => DataFolder.Open(_data.Folder), name, "a pipe");
    }

    [Fact]
    public void A_pipe_among_images()
    {
        _data.Pictures("a/1.png", "b/2.png");
        Pipe("b/3.jpg");
        Refused(() => DataFolder.OpenTraining(_data.Folder), "b/3.jpg", "a pipe");
    }

    [Fact]
    public void A_pipe_that_is_measured_on_is_no_matter_of_training()
    {
        _data.Shard("pretrain-0.tar", "1.png");
        Pipe("test-0.tar");
        Pipe("labels.csv");
        using (var train = DataFolder.OpenTraining(_data.Folder)) Assert.Equal(1, train.Count);
        Refused(() => DataFolder.Open(_data.Folder), "labels.csv", "a pipe");

        File.Delete(Path.Combine(_data.Folder, "labels.csv"));
        Refused(() => DataFolder.Open(_data.Folder), "test-0.tar", "a pipe");
    }

    [Theory]
    [InlineData("labels.csv")]
    [InlineData("pretrain-1.tar")]
    public void A_link_to_a_device(string name)
    {
        _data.Shard("pretrain-0.tar", "1.png");
        File.CreateSymbolicLink(Path.Combine(_data.Folder, name), "/dev/zero");
        Refused(() => DataFolder.Open(_data.Folder), name, "a device");
    }

    [Fact]
    public void A_pipe_that_should_name_the_classes()
    {
        _data.Write("train.bin", new byte[3074]);
        _data.Write("test.bin", new byte[3074]);
        Pipe("fine_label_names.txt");
        using var parts = DataFolder.Open(_data.Folder);
        Refused(() => LabelTable.Open(parts, "test"), "fine_label_names.txt", "a pipe");
    }

    [Fact]
    public void Links_to_plain_files_and_to_nothing_are_left_to_those_who_open_them()
    {
        var target = _data.Write("x", "y");
        var link = Path.Combine(_data.Folder, "link");
        File.CreateSymbolicLink(link, target);
        RegularFile.Require(link);
        File.Delete(target);
        RegularFile.Require(link);
        Refused(() => RegularFile.Require(_data.Folder), "a folder");
    }

    public void Dispose() => _data.Dispose();

    private void Pipe(string name)
    {
        var path = Path.Combine(_data.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Assert.Equal(0, mkfifo(path, 0b110_100_100));
    }

    private static void Refused(Action open, params string[] says)
    {
        var message = Assert.Throws<UserInputException>(open).Message;
        Assert.All(says, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mkfifo(string path, uint mode);
}
