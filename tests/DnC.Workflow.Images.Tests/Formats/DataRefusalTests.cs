using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Tests.Formats.Tar;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Images.Tests.Formats;

/// <summary>Folders and patterns that cannot be used: what was found, what is expected.</summary>
public class DataRefusalTests
{
    [Fact]
    public void Missing_empty_and_no_folder()
    {
        using var data = new TempData();
        Refused(Path.Combine(data.Folder, "nowhere"), "nowhere", "does not exist", "--data");
        Refused(data.Folder, "is empty", "pretrain-*.tar", "CIFAR", ".webp");
        Refused(data.Write("a.tar", "x"), "is a file", "data.train");
    }

    [Fact]
    public void A_null_character()
    {
        var refused = Assert.Throws<UserInputException>(() => DataIndex.Of(new RunSpec(), "/data\0/images", verify: false));
        Assert.Contains(@"'/data\0/images' has a null character", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("itself", "itself", "leads round in a circle")]
    [InlineData("itself", "nowhere", "'nowhere', which does not exist")]
    public void A_link_that_leads_to_no_folder(string name, string target, string says)
    {
        using var data = new TempData();
        var link = Path.Combine(data.Folder, name);
        Directory.CreateSymbolicLink(link, target);

        Refused(link, $"'{link}' is a link", says);
        Refused(link + "/", $"'{link}/' is a link", says);
    }

    [Fact]
    public void A_link_to_a_folder_is_that_folder()
    {
        using var data = new TempData().Pictures("in/1.png");
        var link = Path.Combine(data.Folder, "link");
        Directory.CreateSymbolicLink(link, "in");

        using var parts = DataFolder.Open(link);
        Assert.Equal(1, parts.Train.Count);
    }

    [Fact]
    public void No_image_says_what_was_found_and_what_is_expected()
    {
        using var data = new TempData();
        data.Write("a/notes.txt", "x");
        data.Write("b.TXT", "x");
        Refused(data.Folder, "2 files (2 .txt)", "'a/notes.txt'", "pretrain-*.tar");

        data.Shard("other-0.tar", "1.png");
        Refused(data.Folder, "Shards of other names are taken by data.train");
    }

    [Fact]
    public void Compressed_archives_are_to_be_unpacked()
    {
        using var data = new TempData();
        data.Write("images.zip", "x");

        Refused(data.Folder, "1 file (1 .zip)", "Unpack");
    }

    [Fact]
    public void A_part_without_images()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "1.png").Shard("test-0.tar", "readme.txt");

        Refused(data.Folder, "'test'", "test-0.tar", ".webp");
    }

    [Theory]
    [InlineData("../*.tar")]
    [InlineData("x/../../*.tar")]
    [InlineData("/data/*.tar")]
    [InlineData("C:/*.tar")]
    [InlineData("x\\*.tar")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    public void Patterns_that_leave_the_folder_or_say_nothing(string pattern)
    {
        using var data = new TempData().Shard("pretrain-0.tar", "1.png");

        Refused(() => DataFolder.Open(data.Folder, train: pattern), "data.train is '", "inside the data folder");
        Refused(() => DataFolder.Open(data.Folder, probe: pattern), "data.probe is '", "inside the data folder");
        Refused(() => DataFolder.Open(data.Folder, test: pattern), "data.test is '", "inside the data folder");
    }

    [Fact]
    public void Patterns_without_match_in_every_format()
    {
        using var shards = new TempData().Shard("pretrain-0.tar", "1.png");
        NoMatch(shards.Folder, "1 .tar");
        using var images = new TempData().Pictures("1.png");
        NoMatch(images.Folder, "1 .png");
        using var cifar = new TempData();
        cifar.Write("train.bin", new byte[3074]);
        NoMatch(cifar.Folder, "1 .bin");
    }

    [Fact]
    public void Test_images_are_not_trained_on()
    {
        using var shards = new TempData().Shard("pretrain-0.tar", "1.png").Shard("test-0.tar", "2.png");
        Refused(() => DataFolder.Open(shards.Folder, "*.tar"), "test-0.tar", "test and train");
        Refused(() => DataFolder.Open(shards.Folder, null, "test*"), "test and probe");

        using var images = new TempData().Pictures("a/1.png", "b/2.png");
        Refused(() => DataFolder.Open(images.Folder, "*", null, "b"), "b/2.png", "test and train");
    }

    [Fact]
    public void A_damaged_shard_of_any_part_is_found_at_once()
    {
        using var data = new TempData().Shard("pretrain-0.tar", "1.png");
        data.Write("probe-0.tar", new TarBytes().Add("2.png", new byte[600]).Open()[..1000]);

        Refused(data.Folder, "probe-0.tar", "truncated");
    }

    private static void NoMatch(string folder, string found)
    {
        Refused(() => DataFolder.Open(folder, "none*"), "data.train is 'none*'", found);
        Refused(() => DataFolder.Open(folder, null, "none*"), "data.probe is 'none*'", found);
        Refused(() => DataFolder.Open(folder, null, null, "none*"), "data.test is 'none*'", found);
    }

    private static void Refused(string folder, params string[] says) => Refused(() => DataFolder.Open(folder), says);

    private static void Refused(Func<DataParts> open, params string[] says)
    {
        var message = Assert.Throws<UserInputException>(open).Message;
        Assert.All(says, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
