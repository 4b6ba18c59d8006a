using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Labels;

namespace DnC.Workflow.Images.Tests.Formats;

/// <summary>The real shards that stand beside the repository, where they do.</summary>
public class SharedDataTests
{
    [Theory]
    [InlineData("small", 2_000, 662, 662, 135)]
    [InlineData("bench", 20_000, 5_371, 4_371, 495)]
    public void Every_image_is_found_and_labelled(string set, int train, int probe, int test, int classes)
    {
        using var parts = DataFolder.Open(Folder(set));

        Assert.Equal((train, probe, test), (parts.Train.Count, parts.Probe!.Count, parts.Test!.Count));
        Assert.Equal(["labels", "probe", "test", "train"], parts.Digests.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, source) in new[] { ("train", parts.Train), ("probe", parts.Probe), ("test", parts.Test) })
        {
            var labels = LabelTable.Open(parts, name)!;
            Assert.Equal(source.Count, labels.ClassOf.Length);
            Assert.Equal(classes, labels.ClassNames.Length);
            // Two of the classes of the small set have no image to train on.
            Assert.Equal(set == "small" && name == "train" ? 133 : classes, labels.ClassOf.Distinct().Count());
            Assert.Equal(["objects", "cifar", "signs", "glyphs"], labels.DomainNames!);
        }
        Assert.All(Enumerable.Range(0, parts.Test.Count), i => Assert.True(IsPicture(parts.Test.Read(i).Data.Span)));
    }

    [Fact]
    public void The_shards_say_the_same_of_probe_and_test_as_the_table_beside_them()
    {
        using var parts = DataFolder.Open(Folder("small"));
        foreach (var part in parts.Partition.Parts.Where(part => part.Name != "train"))
        {
            var table = LabelTable.Open(parts, part.Name)!;
            var members = ShardLabels.Read(parts.Partition, part)!;

            Assert.Equal(table.ClassOf, members.Classes);
            Assert.Equal(table.ClassNames, members.ClassNames);
            Assert.Equal(table.DomainOf!.Select(domain => table.DomainNames![domain]), members.Domains!.Select(domain => members.DomainNames![domain]));
        }
    }

    private static bool IsPicture(ReadOnlySpan<byte> bytes) => bytes is [0xff, 0xd8, ..] or [0x89, 0x50, 0x4e, 0x47, ..];

    private static string Folder(string set)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "global.json")) && at.Parent is { } outside
                && Path.Combine(outside.FullName, "shared", "data", set) is var beside && Directory.Exists(beside))
                return beside;
        }
        if (Environment.GetEnvironmentVariable("DNC_SHARED_DATA") is { } shared && Directory.Exists(Path.Combine(shared, set))) return Path.Combine(shared, set);
        Assert.Skip($"The data set '{set}' is not here: expected in ../shared/data beside the repository, or where DNC_SHARED_DATA points to.");
        return "";
    }
}
