using DnC.Workflow.Runtime.Execute;

namespace DnC.Workflow.Runtime.Tests.Execute;

public sealed class WorkAreaTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Preparing_leaves_the_logs_of_earlier_attempts_and_whatever_newer_ones_have()
    {
        var old = Make("1-1", "checkpoints", "10");
        var mine = Make("1-3", "checkpoints", "5");
        var newer = Make("2-1", "checkpoints", "1");
        var output = Make("1-2", "output");
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(output)!, "log.txt"), "");
        Area(attempt: 3).Prepare();
        Assert.Equal([false, false, true, false], new[] { old, mine, newer, output }.Select(Directory.Exists));
        Assert.True(File.Exists(_folder.At("run", "base", "1-2", "log.txt")));
        Assert.Equal(["output"], Directory.GetFileSystemEntries(_folder.At("run", "base", "1-3")).Select(Path.GetFileName));
    }

    [Fact]
    public void Clearing_leaves_logs_and_a_reruns_attempt()
    {
        Make("1-1", "checkpoints", "10");
        Make("1-2", "output");
        File.WriteAllText(_folder.At("run", "base", "1-2", "log.txt"), "");
        Make("2-1", "output");
        Area(attempt: 2).Clear();
        Assert.Equal(["1-2", "2-1"], Directory.GetDirectories(_folder.At("run", "base")).Select(Path.GetFileName).Order());
        Assert.False(Directory.Exists(_folder.At("run", "base", "1-2", "output")));
        Assert.True(Directory.Exists(_folder.At("run", "base", "2-1", "output")));
    }

    [Fact]
    public void Folders_that_are_empty_go_with_their_last_attempt_and_come_back_for_the_next()
    {
        Make("1-1", "output");
        Directory.CreateDirectory(_folder.At("run", "embed", "1-1"));
        Area(attempt: 1).Clear();
        Assert.Equal(["embed"], Directory.GetDirectories(_folder.At("run")).Select(Path.GetFileName));
        Directory.Delete(_folder.At("run", "embed", "1-1"));
        Directory.Delete(_folder.At("run", "embed"));
        Area(attempt: 2).Clear();
        Assert.False(Directory.Exists(_folder.At("run")));

        // Attempts of one run that come and go at once do not take the folder from under each other.
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var claim = RunnerFixture.Claim();
            var area = new WorkArea(_folder.Path, claim with { Node = claim.Node with { Name = $"s{i % 8}-{i}" } });
            area.Prepare();
            Assert.True(Directory.Exists(area.Output));
            area.Clear();
        });
        Assert.False(Directory.Exists(_folder.At("run")));
    }

    [Fact]
    public void A_twin_has_the_same_files_and_outlives_the_original()
    {
        var folder = Make("1-1", "checkpoints", "20");
        Directory.CreateDirectory(Path.Combine(folder, "inner"));
        File.WriteAllText(Path.Combine(folder, "inner", "a"), "1");
        Make("1-1", "sealing", "left by a kill");
        var twin = Area(attempt: 1).Twin(folder);
        Directory.Delete(folder, recursive: true);
        Assert.Equal([Path.Combine(twin, "inner", "a")], Directory.GetFiles(twin, "*", SearchOption.AllDirectories));
        Assert.Equal("1", File.ReadAllText(Path.Combine(twin, "inner", "a")));
    }

    [Theory]
    [InlineData("run/base/1-2/checkpoints/20")]
    [InlineData("run/base/1-1/output")]
    [InlineData("run/base/1-1/checkpoints/20/deeper")]
    [InlineData("../elsewhere")]
    public void Only_a_folder_of_the_attempts_own_can_become_its_resume_point(string folder) =>
        Assert.Throws<ArgumentException>(() => Area(attempt: 1).Twin(_folder.At(folder)));

    private WorkArea Area(int attempt) => new(_folder.Path, RunnerFixture.Claim(attempt));

    private string Make(params string[] names) => _folder.Make(["run", "base", .. names]);
}
