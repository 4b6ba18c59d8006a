using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Formats.Folders;

namespace DnC.Workflow.Images.Tests.Formats;

public sealed class FileListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Files_are_their_own_ids_in_the_order_named()
    {
        var (b, a) = (_folder.File("b.png", [1, 2]), _folder.File("deep/a.png", [3]));
        using var list = new FileList([b, a]);
        Assert.Equal(2, list.Count);
        Assert.Equal([b, a], Enumerable.Range(0, 2).Select(list.Id));
        Assert.Equal(new byte[] { 3 }, list.Read(1).Data.ToArray());
        Assert.Equal("2 image files", list.Describe());
        Assert.StartsWith("2-", list.Stamp(0), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_missing_or_a_folder_is_a_bad_image_and_the_others_are_read()
    {
        var there = _folder.File("a.png", [1]);
        var missing = Path.Combine(_folder.Path, "none.png");
        using var list = new FileList([missing, _folder.Path, there]);
        Assert.Equal("-", list.Stamp(0));
        Assert.Contains("there is no such file", Assert.Throws<BadImageException>(() => list.Read(0)).Message, StringComparison.Ordinal);
        Assert.Contains("a folder; expected an image file", Assert.Throws<BadImageException>(() => list.Read(1)).Message, StringComparison.Ordinal);
        Assert.Equal(1, list.Read(2).Data.Length);
    }

    [Fact]
    public void One_that_is_longer_than_an_image_is_not_read()
    {
        var path = _folder.File("long.png", [1]);
        using (var file = File.OpenWrite(path))
            file.SetLength(ImageFolder.MaxFileBytes + 1L);
        using var list = new FileList([path]);
        Assert.Contains($"at most {ImageFolder.MaxFileBytes} are read", Assert.Throws<BadImageException>(() => list.Read(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Pipes in a folder are of Unix.");
        var path = Path.Combine(_folder.Path, "pipe.png");
        using (var made = System.Diagnostics.Process.Start("mkfifo", path))
            made.WaitForExit();
        using var list = new FileList([path]);
        Assert.Contains(path, Assert.Throws<BadImageException>(() => list.Read(0)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
