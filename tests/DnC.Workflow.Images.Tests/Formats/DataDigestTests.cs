using DnC.Workflow.Images.Formats;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Formats;

/// <summary>What identifies the data: same for the same files, another for each change that matters, part by part.</summary>
public class DataDigestTests
{
    [Fact]
    public void Digests_are_of_ids_and_stamps_of_a_part()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "1.png").Shard("test-0.tar", "2.png");
        var path = Path.Combine(data.Folder, "test-0.tar");
        var before = Digests(data.Folder);
        Assert.Equal(["test", "train"], before.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(before, Digests(data.Folder));

        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        var touched = Digests(data.Folder);
        Assert.Equal(before["train"], touched["train"]);
        Assert.NotEqual(before["test"], touched["test"]);

        using var parts = DataFolder.Open(data.Folder);
        var line = $"pretrain-0.tar/1.png\t{parts.Train.Stamp(0)}\n";
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(line))), parts.Digest("train"));
    }

    [Fact]
    public void The_order_of_files_on_disk_does_not_matter()
    {
        using var one = new TempData().Pictures("a/1.png", "b/2.png");
        using var other = new TempData();
        other.Write("b/2.png", TempData.Picture(1));
        other.Write("a/1.png", TempData.Picture(0));
        var time = new DateTime(2021, 10, 11, 0, 0, 0, DateTimeKind.Utc);
        foreach (var data in new[] { one, other })
        {
            foreach (var file in Directory.EnumerateFiles(data.Folder, "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, time);
        }

        Assert.Equal(Digests(one.Folder), Digests(other.Folder));
    }

    [Fact]
    public void Bytes_are_hashed_whatever_the_times_say()
    {
        using var data = new TempData().Pictures("1.png", "2.png");
        var path = Path.Combine(data.Folder, "2.png");
        var time = File.GetLastWriteTimeUtc(path);
        var (index, bytes) = Both(data.Folder);

        File.WriteAllBytes(path, TempData.Picture(9));
        File.SetLastWriteTimeUtc(path, time);
        var forged = Both(data.Folder);
        Assert.Equal(index, forged.Index);
        Assert.NotEqual(bytes, forged.Bytes);

        File.WriteAllBytes(path, TempData.Picture(1));
        File.SetLastWriteTimeUtc(path, time.AddSeconds(1));
        var moved = Both(data.Folder);
        Assert.NotEqual(index, moved.Index);
        Assert.Equal(bytes, moved.Bytes);
    }

    [Fact]
    public void Labels_beside_the_images_have_a_digest_of_their_own()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "1.png");
        data.Write("labels.csv", "file,class\npretrain/1.png,cat\n");
        var before = Digests(data.Folder);

        data.Write("labels.csv", "file,class\npretrain/1.png,dog\n");
        var after = Digests(data.Folder);

        Assert.Equal(before["train"], after["train"]);
        Assert.NotEqual(before["labels"], after["labels"]);
        using var parts = DataFolder.Open(data.Folder);
        Assert.Equal(parts.Digest("labels"), parts.HashBytes("labels", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Parts_that_there_are_not()
    {
        using var data = new TempData().Pictures("1.png");
        using var parts = DataFolder.Open(data.Folder);

        Assert.Throws<ArgumentException>(() => parts.Digest("test"));
        Assert.Throws<ArgumentException>(() => parts.Digest("labels"));
        Assert.Throws<ArgumentException>(() => parts.HashBytes("probe", TestContext.Current.CancellationToken));
        Assert.False(parts.HasLabels("test"));
    }

    private static Dictionary<string, string> Digests(string folder)
    {
        using var parts = DataFolder.Open(folder);
        return new Dictionary<string, string>(parts.Digests, StringComparer.Ordinal);
    }

    private static (string Index, string Bytes) Both(string folder)
    {
        using var parts = DataFolder.Open(folder);
        return (parts.Digest("train"), parts.HashBytes("train"));
    }
}
