using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Formats.Tar;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Formats.Tar;

public class TarShardsTests
{
    [Fact]
    public void Images_of_all_shards_in_order_and_nothing_else()
    {
        using var data = new TempData().Shard("p-0.tar", "1.png", "1.cls", "2.JPG", "2.json").Shard("p-1.tar", "x/1.webp", "readme.txt", "3.bmp", "4.jpeg");
        using var shards = new TarShards(data.Folder, ["p-0.tar", "p-1.tar"]);

        Assert.Equal(["p-0.tar/1.png", "p-0.tar/2.JPG", "p-1.tar/x/1.webp", "p-1.tar/3.bmp", "p-1.tar/4.jpeg"], Enumerable.Range(0, shards.Count).Select(shards.Id));
        Assert.Equal(TempData.Picture(2), shards.Read(3).Data.ToArray());
        Assert.Equal(ImageEncoding.Compressed, shards.Read(3).Encoding);
        Assert.Equal($"5 images in 2 shards of {data.Folder}", shards.Describe());
    }

    [Fact]
    public void Stamps_tell_the_image_and_its_untouched_shard()
    {
        using var data = new TempData();
        var path = data.Write("p-0.tar", new TarBytes().Add("1.png", new byte[7]).Add("2.png", new byte[8]).Closed());
        File.SetLastWriteTimeUtc(path, new DateTime(2021, 10, 11, 0, 0, 0, DateTimeKind.Utc));
        using var shards = new TarShards(data.Folder, ["p-0.tar"]);

        Assert.Equal($"7:3072:{new DateTime(2021, 10, 11, 0, 0, 0, DateTimeKind.Utc).Ticks}", shards.Stamp(0));
        Assert.StartsWith("8:3072:", shards.Stamp(1), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_threads_read_the_right_bytes_with_few_handles()
    {
        using var data = new TempData();
        var indices = new List<TarIndex>();
        for (var s = 0; s < 12; s++)
        {
            var tar = new TarBytes();
            for (var i = 0; i < 20; i++) tar.Add($"{i}.png", TempData.Picture(s * 20 + i));
            indices.Add(TarIndex.Scan(data.Write($"p-{s}.tar", tar.Closed())));
        }
        using var handles = new ShardHandles(indices, atOnce: 2);

        Parallel.For(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, draw =>
        {
            var image = draw * 7919 % 240;
            var member = indices[image / 20].Members[image % 20];
            var bytes = new byte[member.Size];
            handles.Read(image / 20, bytes, member.Offset);
            Assert.Equal(TempData.Picture(image), bytes);
        });
    }

    [Fact]
    public void A_shard_that_changes_is_noticed_at_the_next_read()
    {
        using var data = new TempData().Shard("p-0.tar", "1.png", "2.png").Shard("p-1.tar", "1.png").Shard("p-2.tar", "1.png");
        using var shards = new TarShards(data.Folder, ["p-0.tar", "p-1.tar", "p-2.tar"]);
        var path = Path.Combine(data.Folder, "p-0.tar");
        Assert.Equal(5, shards.Read(0).Data.Length);

        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        Assert.Contains("p-0.tar", Assert.Throws<DataChangedException>(() => shards.Read(1)).Message, StringComparison.Ordinal);

        File.WriteAllBytes(Path.Combine(data.Folder, "p-1.tar"), new byte[512]);
        Assert.Throws<DataChangedException>(() => shards.Read(2));

        File.Delete(Path.Combine(data.Folder, "p-2.tar"));
        Assert.Throws<DataChangedException>(() => shards.Read(3));
    }

    [Fact]
    public void A_closed_source_says_so()
    {
        using var data = new TempData().Shard("p-0.tar", "1.png");
        var shards = new TarShards(data.Folder, ["p-0.tar"]);
        shards.Dispose();

        Assert.Throws<ObjectDisposedException>(() => shards.Read(0));
    }

    [Fact]
    public void An_absurd_image_and_an_unprintable_shard_are_refused()
    {
        using var data = new TempData();
        var path = data.Write("p-0.tar", new TarBytes().Header("1.png", TarBytes.Octal(1L << 29)).Open());
        using (var file = File.OpenWrite(path)) file.SetLength(512 + (1L << 29) + 1024);

        Assert.Contains("1.png", Assert.Throws<UserInputException>(() => new TarShards(data.Folder, ["p-0.tar"])).Message, StringComparison.Ordinal);
        Assert.Contains("control", Assert.Throws<UserInputException>(() => new TarShards(data.Folder, ["p\t0.tar"])).Message, StringComparison.Ordinal);
        Assert.Contains("p-9.tar", Assert.Throws<UserInputException>(() => new TarShards(data.Folder, ["p-9.tar"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.jpg", "1.seg.png")]
    [InlineData("a.b/1.mask.v2.png", "a.b/1.jpg")]
    [InlineData("1.jpg", "1.png")]
    public void Two_images_of_one_sample_are_refused(string one, string other)
    {
        using var data = new TempData().Shard("p-0.tar", "0.png", one, "1.cls", other);

        var message = Assert.Throws<UserInputException>(() => new TarShards(data.Folder, ["p-0.tar"])).Message;
        Assert.All(new[] { "p-0.tar", $"'{one}'", $"'{other}'" }, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_with_dots_of_their_own_are_images()
    {
        using var data = new TempData().Shard("p-0.tar", "2021.05.11.jpg", "2021.05.12.jpg", "a.b/x.jpg", "a/x.jpg", "a.jpg");
        using var shards = new TarShards(data.Folder, ["p-0.tar"]);

        Assert.Equal(5, shards.Count);
    }
}
