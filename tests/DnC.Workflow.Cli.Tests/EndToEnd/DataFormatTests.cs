namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>Whole runs on what people have: a flat folder, CIFAR binaries, real images.</summary>
public sealed class DataFormatTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_flat_folder_without_labels_succeeds_and_a_few_corrupt_images_are_skipped_and_listed()
    {
        finished.Data.WriteFlat(_folder.Make("flat"), spoilt: 2);
        var result = Run("flat").Expect(0);
        Assert.Contains("Evaluation skipped: no labels", result.Out, StringComparison.Ordinal);

        Assert.Contains("\n2 of 300 images skipped: ", result.Out, StringComparison.Ordinal);
        Assert.Contains("\n2 of 300 images skipped: ", DncProcess.Run("status", "--root", _folder.At("root")).Expect(0).Out, StringComparison.Ordinal);

        var status = RunStatus.Of(_folder.At("root"));
        Assert.Equal(("succeeded", "no labels"), (status.Report.State, status.Report.EvaluationSkipped));
        Assert.Empty(status.Report.Evaluation);
        Assert.DoesNotContain(status.Report.Stages, s => s.Name.StartsWith("evaluate", StringComparison.Ordinal));
        var bad = status["base"].Metrics!.Value.GetProperty("badImages").EnumerateArray().ToArray();
        Assert.Equal(2, bad.Length);
        Assert.Contains(bad, b => b.GetProperty("reason").GetString()!.Contains("60000", StringComparison.Ordinal));
        Assert.Equal(finished.Data.Pictures().Take(2).Select(p => p.Name).Order(), bad.Select(b => b.GetProperty("id").GetString()).Order());
    }

    [Fact]
    public void Too_many_corrupt_images_fail_the_stage_with_the_list_and_without_a_retry()
    {
        finished.Data.WriteFlat(_folder.Make("flat"), spoilt: 12);
        var result = Run("flat").Expect(1);
        var first = finished.Data.Pictures().First().Name;
        Assert.Contains("failed", result.Error, StringComparison.Ordinal);
        Assert.Contains("data.badImageShare", result.Error, StringComparison.Ordinal);
        Assert.Contains("of 300 images", result.Error, StringComparison.Ordinal);
        Assert.Contains(".png: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.All, StringComparison.Ordinal);
        var status = RunStatus.Of(_folder.At("root"));
        Assert.Equal(("failed", "failed", 1), (status.Report.State, status["base"].State, status["base"].Attempts));
        Assert.NotNull(first);
        Assert.Matches("At least \\d+ of 300 images", result.Error);
        var log = DncProcess.Run("log", status.Report.Id, "base", "--root", _folder.At("root")).Expect(0).Out;
        Assert.Contains("Failed: At least", log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
        Assert.Equal("waiting", status["embed"].State);
    }

    [Fact]
    public void Cifar_binaries_run_with_their_labels()
    {
        _folder.Make("cifar");
        WriteCifar("data_batch_1.bin", 160, 1);
        WriteCifar("test_batch.bin", 60, 2);
        Run("cifar", "--set", "cluster.k=2").Expect(0);
        var status = RunStatus.Of(_folder.At("root"));
        Assert.Equal("succeeded", status.Report.State);
        Assert.All(status.Report.Evaluation, r => Assert.Equal(60, r.Images));
        Assert.Equal(10, status.Report.Evaluation.Single(r => r.Model == "chance").Knn);
        Assert.Equal(160, status.Report.Clusters!.Images);
    }

    [Fact]
    public void The_ready_spec_runs_on_real_images()
    {
        var small = Repository.SharedData("small");
        var result = DncProcess.Run(
            "run", Path.Combine(Repository.Root, "workflows", "uncurated-small.json"), "--data", small, "--root", _folder.At("root"),
            "--set", "model.width=8", "--set", "base.epochs=0.5", "--set", "base.warmupEpochs=0.1", "--set", "experts.epochs=0.5", "--set", "experts.warmupEpochs=0.1",
            "--set", "distill.epochs=0.5", "--set", "distill.warmupEpochs=0.1", "--set", "cluster.k=2", "--set", "evaluate.linearEpochs=3", "--set", "evaluate.linearRates=0.4").Expect(0);
        Assert.Contains("on 2000 images.", result.Out, StringComparison.Ordinal);
        Assert.Contains("Each expert against the base on its own cluster", result.Out, StringComparison.Ordinal);
        var report = RunStatus.Of(_folder.At("root")).Report;
        Assert.All(report.Evaluation.Where(r => r.Subset is null), r => Assert.Equal(662, r.Images));
        Assert.Equal(["chance", "raw pixels", "base", "dnc"], report.Evaluation.Where(r => r.Subset is null).Select(r => r.Model));
        Assert.NotNull(report.Clusters!.DomainPurity);
    }

    private DncResult Run(string data, params string[] more) =>
        DncProcess.Run(["run", finished.Spec, "--data", _folder.At(data), "--root", _folder.At("root"), .. more]);

    /// <summary>Noise around a colour that the class has.</summary>
    private void WriteCifar(string name, int images, int seed)
    {
        var draws = new Random(seed);
        using var file = File.Create(_folder.At("cifar", name));
        var record = new byte[3073];
        for (var i = 0; i < images; i++)
        {
            record[0] = (byte)(i % 10);
            for (var p = 1; p < record.Length; p++)
                record[p] = (byte)((record[0] * 20 * (1 + (p / 1025))) + draws.Next(60));
            file.Write(record);
        }
    }
}
