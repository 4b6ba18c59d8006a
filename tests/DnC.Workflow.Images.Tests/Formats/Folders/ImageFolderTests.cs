using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Formats.Folders;
using DnC.Workflow.Images.Tests.Decoding;
using DnC.Workflow.Stages.Execution;
using SkiaSharp;

namespace DnC.Workflow.Images.Tests.Formats.Folders;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly DateTime Then = new(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc);
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Gives_ids_stamps_and_bytes_in_the_order_asked()
    {
        _folder.File("cats/1.jpg", [1, 2, 3, 4]);
        File.SetLastWriteTimeUtc(_folder.File("2.png", [5]), Then);
        using var source = new ImageFolder(_folder.Path, ["cats/1.jpg", "2.png"]);
        Assert.Equal(2, source.Count);
        Assert.Equal("cats/1.jpg", source.Id(0));
        Assert.Equal($"1-{Then.Ticks}", source.Stamp(1));
        Assert.Equal(new byte[] { 1, 2, 3, 4 }, source.Read(0).Data.ToArray());
        Assert.Equal(ImageEncoding.Compressed, source.Read(1).Encoding);
        Assert.Equal($"2 image files in {_folder.Path}", source.Describe());
    }

    [Fact]
    public void Decodes_what_it_lists()
    {
        _folder.File("a/1.jpg", EncodedPictures.Smooth(30, 20, SKEncodedImageFormat.Jpeg));
        _folder.File("b/2.webp", EncodedPictures.Smooth(20, 30, SKEncodedImageFormat.Webp));
        using var source = new ImageFolder(_folder.Path, ImageFolder.List(_folder.Path));
        var sizes = Enumerable.Range(0, source.Count).Select(i => new ImageDecoder().Decode(source.Id(i), source.Read(i), 0)).Select(i => (i.Width, i.Height));
        Assert.Equal([(30, 20), (20, 30)], sizes);
    }

    [Fact]
    public void A_changed_file_is_noticed_by_its_length_or_its_time()
    {
        var path = _folder.File("a.png");
        using var source = new ImageFolder(_folder.Path, ["a.png"]);
        Assert.Equal(3, source.Read(0).Data.Length);
        File.SetLastWriteTimeUtc(path, Then);
        var changed = Assert.Throws<DataChangedException>(() => source.Read(0));
        Assert.Contains(path, changed.Message, StringComparison.Ordinal);
        using var again = new ImageFolder(_folder.Path, ["a.png"]);
        File.WriteAllBytes(path, [1, 2]);
        File.SetLastWriteTimeUtc(path, Then);
        Assert.Throws<DataChangedException>(() => again.Read(0));
    }

    [Fact]
    public void A_file_that_is_gone_is_noticed()
    {
        var path = _folder.File("d/a.png");
        using var source = new ImageFolder(_folder.Path, ["d/a.png"]);
        File.Delete(path);
        Assert.Contains("is gone", Assert.Throws<DataChangedException>(() => source.Read(0)).Message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!);
        Assert.Throws<DataChangedException>(() => source.Read(0));
        Assert.Throws<DataChangedException>(() => new ImageFolder(_folder.Path, ["d/a.png"]));
    }

    [Fact]
    public void The_stamp_of_a_link_is_that_of_what_it_leads_to()
    {
        var target = _folder.File("real.png", [9, 9, 9, 9, 9]);
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link.png"), "real.png");
        using var source = new ImageFolder(_folder.Path, ["real.png", "link.png"]);
        Assert.Equal(source.Stamp(0), source.Stamp(1));
        Assert.Equal(5, source.Read(1).Data.Length);
        File.SetLastWriteTimeUtc(target, Then);
        Assert.Throws<DataChangedException>(() => source.Read(1));
    }

    [Fact]
    public void An_empty_file_is_read_as_such()
    {
        _folder.File("a.png", []);
        using var source = new ImageFolder(_folder.Path, ["a.png"]);
        Assert.Throws<BadImageException>(() => new ImageDecoder().Decode("a.png", source.Read(0), 0));
    }

    [Fact]
    public void A_file_too_long_to_be_an_image_is_bad_before_it_is_read()
    {
        using (var file = File.Create(Path.Combine(_folder.Path, "a.png"))) file.SetLength(ImageFolder.MaxFileBytes + 1);
        using var source = new ImageFolder(_folder.Path, ["a.png"]);
        Assert.Contains("at most", Assert.Throws<BadImageException>(() => source.Read(0)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../a.png")]
    [InlineData("a/../../a.png")]
    [InlineData("/etc/a.png")]
    public void Paths_out_of_the_folder_are_refused(string path) =>
        Assert.Throws<ArgumentException>(() => new ImageFolder(_folder.Path, [path]));

    [Fact]
    public void A_missing_folder_is_refused() =>
        Assert.Throws<UserInputException>(() => new ImageFolder(Path.Combine(_folder.Path, "missing"), []));

    [Fact]
    public void Many_threads_read_at_once()
    {
        for (var i = 0; i < 20; i++) _folder.File($"{i:00}.png", [.. Enumerable.Repeat((byte)i, 1000 + i)]);
        using var source = new ImageFolder(_folder.Path, ImageFolder.List(_folder.Path));
        Parallel.For(0, 500, i =>
        {
            var data = source.Read(i % 20).Data.Span;
            Assert.Equal(1000 + i % 20, data.Length);
            Assert.Equal(-1, data.IndexOfAnyExcept((byte)(i % 20)));
        });
    }

    public void Dispose() => _folder.Dispose();
}
