using DnC.Workflow.Cli.Tests.EndToEnd;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Tests;

public sealed class WholeFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Many_that_write_one_file_at_once_leave_one_whole_text_and_nothing_else()
    {
        var path = _folder.At("new", "page.html");
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => new string((char)('A' + i), 100_000 + i))];

        Parallel.ForEach(texts, new ParallelOptions { MaxDegreeOfParallelism = 8 }, text => WholeFile.Write("The page", "--out FILE", path, text));

        Assert.Contains(File.ReadAllText(path), texts);
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(_folder.At("new")));
    }

    [Fact]
    public void A_folder_and_an_empty_name_are_refused()
    {
        var folder = _folder.Make("taken");

        Assert.Equal($"--out {folder}: is a folder; expected a file to write.", Refused(folder));
        Assert.Equal($"--out {folder}-new/: is a folder; expected a file to write.", Refused(folder + "-new/"));
        Assert.Equal("--out '': is empty; expected a file to write.", Refused(""));
        Assert.Equal([folder], Directory.EnumerateFileSystemEntries(_folder.Path));

        static string Refused(string path) => Assert.Throws<UserInputException>(() => WholeFile.Require("--out", path)).Message;
    }

    [Fact]
    public void What_cannot_be_written_is_told_and_nothing_is_left()
    {
        var file = _folder.Write("file", "kept");

        var refused = Assert.Throws<UserInputException>(() => WholeFile.Write("The page", "--out FILE", Path.Combine(file, "page.html"), "text"));

        Assert.StartsWith($"The page cannot be written to '{Path.Combine(file, "page.html")}': ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("Name another place with --out FILE.", refused.Message, StringComparison.Ordinal);
        Assert.Equal("kept", File.ReadAllText(file));
        // With what is put behind it, longer than a name may be.
        var name = new string('x', 250);
        Assert.Throws<UserInputException>(() => WholeFile.Write("The page", "--out FILE", _folder.At(name), "text"));
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(_folder.Path));
    }
}
