namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>'base.weights': a run on top of another run's exported model.</summary>
public sealed class GivenWeightsTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_exported_base_takes_the_place_of_training_one_and_the_same_file_is_not_taken_twice()
    {
        var weights = _folder.At("base");
        DncProcess.Run("export", RunStatus.Of(finished.Root).Report.Id, "--root", finished.Root, "--model", "base", "--out", weights).Expect(0);
        string[] command = ["run", finished.Spec, "--data", finished.Data.Shards, "--root", _folder.At("root"), "--set", $"base.weights={weights}"];
        DncProcess.Run(command).Expect(0);

        var first = RunStatus.Of(_folder.At("root"));
        Assert.Equal("succeeded", first["base"].State);
        Assert.Equal("given", first["base"].Metrics!.Value.GetProperty("projector").GetString());
        // The same base, so the same clusters as where it was trained.
        Assert.Equal(
            File.ReadAllBytes(RunStatus.Of(finished.Root).Output("cluster", "assignments.tsv")),
            File.ReadAllBytes(first.Output("cluster", "assignments.tsv")));
        var plan = DncProcess.Run(["plan", .. command[1..], "--set", "base.learningRate=0.2"]).Expect(0).Out;
        Assert.Contains("reused", plan.Split('\n').First(l => l.Contains("base", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused_with_all_that_differs_before_anything_runs()
    {
        var weights = _folder.At("expert");
        DncProcess.Run("export", RunStatus.Of(finished.Root).Report.Id, "--root", finished.Root, "--model", "expert:0", "--out", weights).Expect(0);
        var error = Refused($"base.weights={weights}", "model.width=16");
        Assert.Contains("'bn1.weight' is [8], expected [16]", error, StringComparison.Ordinal);
        Assert.Contains("'layer4.0.downsample.1.running_var' is [64], expected [128]", error, StringComparison.Ordinal);
        Assert.Contains("embed.layer=pooled", Refused($"base.weights={Path.Combine(weights, "model.safetensors")}"), StringComparison.Ordinal);
        Assert.Contains("does not exist", Refused($"base.weights={_folder.At("gone")}"), StringComparison.Ordinal);
        Assert.Contains("equal-length", Refused($"base.weights={weights}", "evaluate.compare=[\"equal-length\"]"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("root")));
    }

    private string Refused(params string[] settings) => DncProcess.Run(
        ["run", finished.Spec, "--data", finished.Data.Shards, "--root", _folder.At("root"), .. settings.SelectMany(s => (string[])["--set", s])]).Expect(2).Error;
}
