using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>'dnc init': a spec that a run takes as it is.</summary>
public sealed class InitTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_proposes_a_spec_for_labelled_images_that_plan_takes()
    {
        var file = _folder.At("mine.json");
        var told = DncProcess.Run("init", file, "--data", finished.Data.Shards, "--device", "cpu", "--hours", "0.001").Expect(0);
        var spec = SpecReader.Read(File.ReadAllText(file), file);
        Assert.Equal(("mine", finished.Data.Shards), (spec.Name, spec.Data.Path));
        Assert.Equal((2, 10d, 15d, 5d), (spec.Cluster.K, spec.Base.Epochs, spec.Experts.Epochs, spec.Distill.Epochs));
        Assert.Contains("longer than asked for", told.Out, StringComparison.Ordinal);
        Assert.Contains("labelled: ", told.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(" \n", told.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Matches(@"speed +[\d,]+ images/s of training on cpu", told.Out);
        Assert.Contains("To do: at most", DncProcess.Run("plan", file, "--root", _folder.At("root")).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void More_time_is_a_longer_run_and_flat_folders_have_no_labels()
    {
        // A name that would end a string or a comment.
        var data = _folder.Make("a \"flat\" folder\n// of images");
        finished.Data.WriteFlat(data, spoilt: 1);
        var file = _folder.At("spec.json");
        var told = DncProcess.Run("init", file, "--data", data, "--device", "cpu", "--hours", "5000").Expect(0);
        var spec = SpecReader.Read(File.ReadAllText(file), file);
        Assert.Equal((data, 1000d, 1500d, 500d, "scratch"), (spec.Data.Path, spec.Base.Epochs, spec.Experts.Epochs, spec.Distill.Epochs, spec.Experts.Init));
        Assert.Contains("no labels", told.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void It_replaces_nothing_unasked_and_says_what_is_wrong()
    {
        var file = _folder.Write("spec.json", "mine");
        Assert.Contains("--force", DncProcess.Run("init", file, "--data", finished.Data.Shards).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("There is no folder", DncProcess.Run("init", _folder.At("no", "spec.json"), "--data", finished.Data.Shards).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("expected a file", DncProcess.Run("init", _folder.Path, "--data", finished.Data.Shards).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("number of hours above 0", DncProcess.Run("init", _folder.At("b.json"), "--data", finished.Data.Shards, "--hours", "-1").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("cuda:7", DncProcess.Run("init", _folder.At("b.json"), "--data", finished.Data.Shards, "--device", "cuda:7").Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(file));
        Assert.False(File.Exists(_folder.At("b.json")));
    }
}
