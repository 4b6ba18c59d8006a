using System.Text.Json;
using DnC.Workflow.Images.Demo;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>The short form of the learning bench (bench/learning.md): what is certain even of a run of minutes.</summary>
public sealed class LearningTests(ITestOutputHelper output) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_short_run_learns()
    {
        DemoSet.Ensure(_folder.At("images"), new DemoOptions(Pretrain: 2000, Probe: 800, Test: 800), threads: 2, stop: TestContext.Current.CancellationToken);
        const string recipe = "\"batch\": 32, \"optimizer\": \"sgd\", \"learningRate\": 0.5, \"weightDecay\": 5e-4, \"warmupEpochs\": 0.5, \"threads\": 2";
        var spec = _folder.Write("learn.json", $$"""
            {
              "model": { "backbone": "narrow", "stem": "small", "width": 16, "side": 32, "projectorHidden": 256, "projection": 64, "augmentation": "small" },
              "base": { "epochs": 12, "temperature": 0.2, "targetMomentum": 0.99, {{recipe}} },
              "cluster": { "k": 3, "threads": 1 },
              "experts": { "init": "base", "epochs": 1, "temperature": 0.2, "targetMomentum": 0.99, {{recipe}} },
              "distill": { "init": "scratch", "epochs": 3, "lastLayerRate": 0.03125, "lastLayerScale": 0.2, "regressorHidden": 256, {{recipe}} },
              "evaluate": { "linearEpochs": 40, "linearBatch": 256, "threads": 2 }
            }
            """);
        DncProcess.Run("run", spec, "--data", _folder.At("images"), "--root", _folder.At("root")).Expect(0);
        var status = RunStatus.Of(_folder.At("root"));
        foreach (var row in status.Report.Evaluation)
            output.WriteLine($"{row.Model} {row.Subset}: k-NN {row.Knn:0.0} ± {row.KnnStderr:0.0}, linear {row.Linear:0.0} ± {row.LinearStderr:0.0}");
        var trainings = status.Report.Stages.Where(s => s.Name is "base" or "distill" || s.Name.StartsWith("expert[", StringComparison.Ordinal)).ToDictionary(s => s.Name, s => Losses(s.Name));
        foreach (var (stage, (first, last)) in trainings)
            output.WriteLine($"{stage}: {first:0.000} to {last:0.000}");

        // The base sees more in an image than its pixels do, by both probes and beyond their errors.
        var (pixels, trained) = (Row("raw pixels"), Row("base"));
        Assert.True(trained.Knn - pixels.Knn > 2 * Error(trained.KnnStderr, pixels.KnnStderr));
        Assert.True(trained.Linear - pixels.Linear > 2 * Error(trained.LinearStderr, pixels.LinearStderr));

        // Every training descends, and the student, which starts from nothing, comes near its teachers: what is left of its distance to them is small.
        Assert.All(trainings.Where(t => t.Key != "distill"), t => Assert.True(t.Value.Last < t.Value.First, t.Key));
        Assert.True(trainings["distill"].Last < trainings["distill"].First / 2);

        EvaluationRow Row(string model) => status.Report.Evaluation.Single(r => r.Model == model && r.Subset is null);

        // Means of the first tenth and of the last.
        (double First, double Last) Losses(string stage)
        {
            var losses = File.ReadLines(status.Output(stage, "metrics.jsonl")).Select(l => JsonSerializer.Deserialize<JsonElement>(l)).Where(p => p.TryGetProperty("loss", out _)).Select(p => p.GetProperty("loss").GetDouble()).ToArray();
            var tenth = Math.Max(1, losses.Length / 10);
            return (losses[..tenth].Average(), losses[^tenth..].Average());
        }
    }

    private static double Error(double? one, double? other) => Math.Sqrt((one * one + other * other) ?? 0);
}
