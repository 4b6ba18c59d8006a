using DnC.Workflow.Images.Formats.Folders;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Tests.Formats.Folders;

public sealed class ImageFolderListingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Finds_images_at_any_depth_in_ordinal_order()
    {
        foreach (var name in new[] { "b/2.JPG", "b/10.jpeg", "B/1.Png", "a.webp", "z.bmp", "c/d/e/ü.png", "b.png", "notes.txt", "b/cls.json", "jpg" })
            _folder.File(name);
        Assert.Equal(["B/1.Png", "a.webp", "b.png", "b/10.jpeg", "b/2.JPG", "c/d/e/ü.png", "z.bmp"], ImageFolder.List(_folder.Path));
    }

    [Fact]
    public void Hidden_files_and_folders_are_left_out()
    {
        foreach (var name in new[] { ".a.png", ".cache/b.png", "c/.d.png", "c/e.png" }) _folder.File(name);
        Assert.Equal(["c/e.png"], ImageFolder.List(_folder.Path));
    }

    [Fact]
    public void A_folder_without_images_gives_none() => Assert.Empty(ImageFolder.List(_folder.Path));

    [Fact]
    public void A_missing_folder_is_named()
    {
        var missing = Path.Combine(_folder.Path, "missing");
        Assert.Contains(missing, Assert.Throws<UserInputException>(() => ImageFolder.List(missing)).Message, StringComparison.Ordinal);
        Assert.Throws<UserInputException>(() => ImageFolder.List(_folder.File("a.png")));
    }

    [Theory]
    [InlineData("tab\there.png", "U+0009")]
    [InlineData("line\nbreak.png", "U+000A")]
    [InlineData("folder\u0001/a.png", "U+0001")]
    public void Names_that_a_member_list_cannot_hold_are_refused(string name, string says)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such names.");
        _folder.File(name);
        var refused = Assert.Throws<UserInputException>(() => ImageFolder.List(_folder.Path));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(refused.Message, char.IsControl);
    }

    [Fact]
    public void Links_within_the_folder_count_once_as_files_and_never_as_folders()
    {
        _folder.File("all/1.png");
        _folder.File(".store/2.png");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "all/round"), _folder.Path);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "same"), Path.Combine(_folder.Path, "all"));
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "two.png"), ".store/2.png");
        Assert.Equal(["all/1.png", "two.png"], ImageFolder.List(_folder.Path));
    }

    [Fact]
    public void The_folder_itself_may_be_a_link()
    {
        _folder.File("real/a/1.png");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "real/b.png"), Path.Combine(_folder.Path, "real/a/1.png"));
        var link = Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), Path.Combine(_folder.Path, "real"));
        Assert.Equal(["a/1.png", "b.png"], ImageFolder.List(link.FullName));
    }

    [Fact]
    public void Links_out_of_the_folder_are_refused()
    {
        using var other = new TemporaryFolder();
        var target = other.File("x.png");
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "out.png"), target);
        var refused = Assert.Throws<UserInputException>(() => ImageFolder.List(_folder.Path));
        Assert.Contains("out.png", refused.Message, StringComparison.Ordinal);
        Assert.Contains(target, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_to_folders_outside_are_refused_also_by_way_of_a_hidden_link()
    {
        using var other = new TemporaryFolder();
        other.File("x.png");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, ".hidden"), other.Path);
        Assert.Empty(ImageFolder.List(_folder.Path));
        var link = File.CreateSymbolicLink(Path.Combine(_folder.Path, "y.png"), ".hidden/x.png");
        Assert.Throws<UserInputException>(() => ImageFolder.List(_folder.Path));
        link.Delete();
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "cats"), other.Path);
        Assert.Throws<UserInputException>(() => ImageFolder.List(_folder.Path));
    }

    [Fact]
    public void Links_to_nothing_or_to_themselves_are_refused()
    {
        var link = File.CreateSymbolicLink(Path.Combine(_folder.Path, "a.png"), "nowhere.png");
        Assert.Contains("nowhere.png", Assert.Throws<UserInputException>(() => ImageFolder.List(_folder.Path)).Message, StringComparison.Ordinal);
        link.Delete();
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "a.png"), "a.png");
        Assert.Throws<UserInputException>(() => ImageFolder.List(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();
}
