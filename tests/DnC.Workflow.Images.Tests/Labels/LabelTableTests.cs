using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Labels;
using DnC.Workflow.Images.Tests.Formats;
using DnC.Workflow.Images.Tests.Formats.Tar;

namespace DnC.Workflow.Images.Tests.Labels;

/// <summary>Labels of every layout, in the order of the images.</summary>
public class LabelTableTests
{
    [Fact]
    public void Members_of_shards_by_number_with_names_and_domains()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "0.png");
        data.Write("probe-0.tar", new TarBytes().Add("1.png", "x").Add("1.cls", "4\n").Add("1.json", """{"class":"stop","domain":"signs","tier":"few"}""")
            .Add("2.png", "x").Add("2.json", """{"class":"cat","domain":"objects"}""").Add("2.cls", "2").Closed());
        data.Write("test-0.tar", new TarBytes().Add("3.jpg", "x").Add("3.cls", "2").Add("3.json", """{"domain":"glyphs"}""").Closed());
        using var parts = DataFolder.Open(data.Folder);

        var probe = LabelTable.Open(parts, "probe")!;
        Assert.Equal([4, 2], probe.ClassOf);
        Assert.Equal(["0", "1", "cat", "3", "stop"], probe.ClassNames);
        Assert.Equal(["glyphs", "objects", "signs"], probe.DomainNames!);
        Assert.Equal([2, 1], probe.DomainOf!);
        Assert.Equal([2], LabelTable.Open(parts, "test")!.ClassOf);
        Assert.Equal([0], LabelTable.Open(parts, "test")!.DomainOf!);
        Assert.Null(LabelTable.Open(parts, "train"));
        Assert.Equal((false, true, true), (parts.HasLabels("train"), parts.HasLabels("probe"), parts.HasLabels("test")));
    }

    [Fact]
    public void Members_of_shards_by_name_alone_are_numbered_alike_in_probe_and_test()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "0.png");
        data.Write("probe-0.tar", new TarBytes().Add("1.png", "x").Add("1.json", """{"class":"dog"}""").Closed());
        data.Write("test-0.tar", new TarBytes().Add("2.png", "x").Add("2.json", """{"class":"cat"}""").Add("3.png", "x").Add("3.json", """{"class":"dog"}""").Closed());
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal([1], LabelTable.Open(parts, "probe")!.ClassOf);
        Assert.Equal([0, 1], LabelTable.Open(parts, "test")!.ClassOf);
        Assert.Null(LabelTable.Open(parts, "test")!.DomainOf);
    }

    [Fact]
    public void Descriptions_without_a_class_are_no_labels()
    {
        using var data = new TempData();
        data.Write("pretrain-0.tar", new TarBytes().Add("1.png", "x").Add("1.json", """{"caption":"a cat","domain":"web"}""").Add("1.txt", "a cat").Closed());
        using var parts = DataFolder.Open(data.Folder);

        Assert.Null(LabelTable.Open(parts, "train"));
    }

    [Fact]
    public void Class_folders_of_all_parts_share_their_numbers()
    {
        using var data = new TempData().Pictures("train/cat/1.png", "train/dog/2.png", "val/dog/3.png", "test/eel/4.png", "test/cat/deep/5.png");
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal(["cat", "dog", "eel"], LabelTable.Open(parts, "train")!.ClassNames);
        Assert.Equal([0, 1], LabelTable.Open(parts, "train")!.ClassOf);
        Assert.Equal([1], LabelTable.Open(parts, "probe")!.ClassOf);
        Assert.Equal([0, 2], LabelTable.Open(parts, "test")!.ClassOf);
    }

    [Fact]
    public void A_split_folder_per_class_is_labelled_in_every_part()
    {
        using var data = new TempData().Pictures([.. Enumerable.Range(0, 200).Select(i => $"class{i % 3}/{i}.png")]);
        using var parts = DataFolder.Open(data.Folder);

        foreach (var (name, source) in new[] { ("train", parts.Train), ("probe", parts.Probe!), ("test", parts.Test!) })
        {
            var labels = LabelTable.Open(parts, name)!;
            Assert.Equal(source.Count, labels.ClassOf.Length);
            Assert.All(Enumerable.Range(0, source.Count), i => Assert.StartsWith(labels.ClassNames[labels.ClassOf[i]] + "/", source.Id(i), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("1.png", "2.png")]
    [InlineData("photos/1.png", "photos/2.png")]
    [InlineData("a/1.png", "2.png")]
    public void Folders_without_classes_have_no_labels(params string[] names)
    {
        using var data = new TempData().Pictures(names);
        using var parts = DataFolder.Open(data.Folder);

        Assert.False(parts.HasLabels("train"));
    }

    [Fact]
    public void Cifar_bytes_with_and_without_names()
    {
        using var data = new TempData();
        var records = new byte[2 * 3074];
        (records[0], records[1], records[3074], records[3075]) = (19, 99, 3, 7);
        data.Write("train.bin", records);
        data.Write("test.bin", records[3074..]);

        using (var parts = DataFolder.Open(data.Folder))
        {
            Assert.Equal([99, 7], LabelTable.Open(parts, "train")!.ClassOf);
            Assert.Equal([99, 7], LabelTable.Open(parts, "probe")!.ClassOf);
            Assert.Equal([7], LabelTable.Open(parts, "test")!.ClassOf);
            Assert.Equal("42", LabelTable.Open(parts, "test")!.ClassNames[42]);
        }

        data.Write("fine_label_names.txt", string.Concat(Enumerable.Range(0, 100).Select(i => $"name{i}\n")));
        using var named = DataFolder.Open(data.Folder);
        Assert.Equal("name99", LabelTable.Open(named, "train")!.ClassNames[99]);
    }
}
