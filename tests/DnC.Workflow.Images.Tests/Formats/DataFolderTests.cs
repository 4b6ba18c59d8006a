using DnC.Workflow.Images.Formats;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Formats;

/// <summary>Which files of which layout make which part.</summary>
public class DataFolderTests
{
    [Fact]
    public void Shards_by_their_default_names()
    {
        using var data = new TempData().Shard("pretrain-1.tar", "c.png").Shard("pretrain-0.tar", "a.png", "b.jpg")
            .Shard("probe-0.tar", "d.png").Shard("test-0.tar", "e.png").Shard("train-0.tar", "unused.png").Pictures("preview.png");
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal(["pretrain-0.tar/a.png", "pretrain-0.tar/b.jpg", "pretrain-1.tar/c.png"], Ids(parts.Train));
        Assert.Equal(["probe-0.tar/d.png"], Ids(parts.Probe));
        Assert.Equal(["test-0.tar/e.png"], Ids(parts.Test));
        Assert.Equal(TempData.Picture(1), parts.Train.Read(1).Data.ToArray());
    }

    [Fact]
    public void Shards_called_train_and_no_other_part()
    {
        using var data = new TempData().Shard("train-0.tar", "a.png");
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal(["train-0.tar/a.png"], Ids(parts.Train));
        Assert.Null(parts.Probe);
        Assert.Null(parts.Test);
    }

    [Fact]
    public void Every_image_whatever_part_it_belongs_to()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "a.png").Shard("probe-0.tar", "b.png").Shard("test-0.tar", "c.png");
        using var all = DataFolder.OpenAll(data.Folder);
        Assert.Equal(["pretrain-0.tar/a.png", "probe-0.tar/b.png", "test-0.tar/c.png"], Ids(all).Order(StringComparer.Ordinal));
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(5, all.Read(i).Data.Length));

        using var plain = new TempData().Pictures("x/1.jpg", "2.png");
        using var files = DataFolder.OpenAll(plain.Folder);
        Assert.Equal(["2.png", "x/1.jpg"], Ids(files).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Shards_by_patterns()
    {
        using var data = new TempData().Shard("web/a-0.tar", "a.png").Shard("web/deep/a-1.tar", "a.png").Shard("val_0.tar", "b.png").Shard("val_1.tar", "c.png");
        using var parts = DataFolder.Open(data.Folder, "web/**/a-?.tar", "val_0*", "val_1.tar");

        Assert.Equal(["web/a-0.tar/a.png", "web/deep/a-1.tar/a.png"], Ids(parts.Train));
        Assert.Equal(["val_0.tar/b.png"], Ids(parts.Probe));
        Assert.Equal(["val_1.tar/c.png"], Ids(parts.Test));
    }

    [Fact]
    public void Training_opens_its_own_part_alone()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "a.png");
        data.Write("probe-0.tar", "no tar");
        data.Write("test-0.tar", "no tar");

        using var train = DataFolder.OpenTraining(data.Folder);

        Assert.Equal(["pretrain-0.tar/a.png"], Ids(train));
        Assert.Throws<UserInputException>(() => DataFolder.Open(data.Folder));
        Assert.Throws<UserInputException>(() => DataFolder.OpenTraining(data.Folder, train: "test-*.tar"));
    }

    [Fact]
    public void A_class_called_train_among_others_is_no_part()
    {
        string[] names = [.. new[] { "boat", "bus", "train" }.SelectMany(name => Enumerable.Range(0, 40).Select(i => $"{name}/{i}.png"))];
        using var data = new TempData().Pictures(names);
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal(names.Order(StringComparer.Ordinal), Ids(parts.Train).Concat(Ids(parts.Probe)).Concat(Ids(parts.Test)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_train_folder_and_nothing_else_is_all_for_training()
    {
        using var data = new TempData().Pictures("train/cat/1.png", "train/dog/2.png");
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal(["train/cat/1.png", "train/dog/2.png"], Ids(parts.Train));
        Assert.Null(parts.Test);
    }

    [Fact]
    public void A_flat_folder_is_all_for_training()
    {
        using var data = new TempData().Pictures("b.jpg", "a.PNG", ".hidden.png", "notes.txt");
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal(["a.PNG", "b.jpg"], Ids(parts.Train));
        Assert.Null(parts.Probe);
        Assert.Null(parts.Test);
    }

    [Fact]
    public void One_subfolder_is_no_class()
    {
        using var data = new TempData().Pictures([.. Enumerable.Range(0, 50).Select(i => $"photos/{i}.png")]);
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal(50, parts.Train.Count);
        Assert.Null(parts.Test);
    }

    [Fact]
    public void Subfolders_are_parts()
    {
        using var data = new TempData().Pictures("Train/cat/1.png", "Train/dog/2.png", "valid/cat/3.png", "test/dog/4.png", "extra/5.png");
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal(["Train/cat/1.png", "Train/dog/2.png"], Ids(parts.Train));
        Assert.Equal(["valid/cat/3.png"], Ids(parts.Probe));
        Assert.Equal(["test/dog/4.png"], Ids(parts.Test));
    }

    [Theory]
    [InlineData("val")]
    [InlineData("test")]
    public void Training_classes_and_one_more_part_are_measured_as_imagenet_is(string other)
    {
        using var data = new TempData().Pictures("train/cat/1.png", "train/dog/2.png", $"{other}/cat/3.png", $"{other}/dog/4.png");
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal(Ids(parts.Train), Ids(parts.Probe));
        Assert.Equal([$"{other}/cat/3.png", $"{other}/dog/4.png"], Ids(parts.Test));
    }

    [Fact]
    public void A_folder_per_class_is_split_by_the_names_and_stays_split_as_it_grows()
    {
        string[] names = [.. Enumerable.Range(0, 2000).Select(i => $"class{i % 4}/{i}.png")];
        using var data = new TempData().Pictures(names[..1000]);
        string[] trained, tested;
        using (var parts = DataFolder.Open(data.Folder)) (trained, tested) = (Ids(parts.Train), Ids(parts.Test));
        Assert.InRange(trained.Length, 750, 850);
        Assert.InRange(tested.Length, 70, 130);

        data.Pictures(names);
        using var grown = DataFolder.Open(data.Folder);

        Assert.Equal(names.Order(StringComparer.Ordinal), Ids(grown.Train).Concat(Ids(grown.Probe)).Concat(Ids(grown.Test)).Order(StringComparer.Ordinal));
        Assert.Superset(trained.ToHashSet(StringComparer.Ordinal), Ids(grown.Train).ToHashSet(StringComparer.Ordinal));
        Assert.Superset(tested.ToHashSet(StringComparer.Ordinal), Ids(grown.Test).ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void A_link_round_in_a_circle_does_not_keep_shards_from_being_found()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "a.png");
        Directory.CreateSymbolicLink(Path.Combine(data.Folder, "again"), data.Folder);
        using var parts = DataFolder.Open(data.Folder, "**/pretrain-*.tar");

        Assert.Equal(["pretrain-0.tar/a.png"], Ids(parts.Train));
    }

    [Fact]
    public void Too_few_images_to_split_are_all_for_training()
    {
        using var data = new TempData().Pictures("cat/1.png", "dog/2.png");
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal(2, parts.Train.Count);
        Assert.Null(parts.Probe);
    }

    [Fact]
    public void Folders_by_patterns()
    {
        using var data = new TempData().Pictures("photos/a/1.png", "photos/b/2.png", "eval/1/a/3.png", "eval/2/a/4.png", "left/5.png");

        using var all = DataFolder.Open(data.Folder, "photos", "eval/1", "eval/2/**");
        Assert.Equal(["photos/a/1.png", "photos/b/2.png"], Ids(all.Train));
        Assert.Equal(["eval/1/a/3.png"], Ids(all.Probe));
        Assert.Equal(["eval/2/a/4.png"], Ids(all.Test));

        using var rest = DataFolder.Open(data.Folder, null, "eval/1", "eval/2");
        Assert.Equal(["left/5.png", "photos/a/1.png", "photos/b/2.png"], Ids(rest.Train));
    }

    [Theory]
    [InlineData(1, "data_batch_2.bin", "data_batch_1.bin", "test_batch.bin")]
    [InlineData(2, "train.bin", null, "test.bin")]
    public void Cifar_binaries_are_probed_on_what_they_train_on(int labelBytes, string first, string? second, string test)
    {
        using var data = new TempData();
        foreach (var name in new[] { first, second, test }.OfType<string>()) data.Write(name, new byte[2 * (labelBytes + 3072)]);
        using var parts = DataFolder.Open(data.Folder);

        Assert.Equal(second is null ? [$"{first}/0", $"{first}/1"] : new[] { $"{second}/0", $"{second}/1", $"{first}/0", $"{first}/1" }, Ids(parts.Train));
        Assert.Equal(Ids(parts.Train), Ids(parts.Probe));
        Assert.Equal([$"{test}/0", $"{test}/1"], Ids(parts.Test));
        Assert.Equal(ImageEncoding.PlanarRgb, parts.Train.Read(0).Encoding);
    }

    private static string[] Ids(IImageSource? source) => [.. Enumerable.Range(0, source!.Count).Select(source.Id)];
}
