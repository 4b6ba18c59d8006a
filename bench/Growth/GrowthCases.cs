using DnC.Workflow.Bench.Images;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Bench.Training;
using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Execution;
using static TorchSharp.torch;

namespace DnC.Workflow.Bench.Growth;

/// <summary>The registration list of what grows.</summary>
internal static class GrowthCases
{
    public static IReadOnlyList<GrowthCase> All { get; } =
    [
        new("train", "base, experts: an epoch by 16", "images", 64, 16, Train),
        new("embed", "embedding: a pass", "images", 256, 16, Embed),
        new("cluster-n", "clustering: 5 iterations", "images", 2_000, 500, n => Cluster(n, 256, 10)),
        new("cluster-k", "clustering: 5 iterations", "K", 5, 2, k => Cluster(20_000, 64, k)),
        new("cluster-d", "clustering: 5 iterations", "dimension", 64, 16, d => Cluster(10_000, d, 10)),
        new("distill-k", "distillation: a step of 64", "K", 4, 2, Distill),
        new("knn-n", "evaluation: k-NN of 500", "labelled images", 5_000, 1_000, Knn),
        new("probe-n", "evaluation: probe, an epoch", "labelled images", 5_000, 1_000, Probe),
    ];

    private static GrowthWork Train(int images)
    {
        var step = new OurStep(StepShape.Narrow with { Batch = 16 }, "cpu", 1, bf16: false);
        return new GrowthWork(() => step.Epoch(images), step);
    }

    private static GrowthWork Embed(int images)
    {
        var device = StageDevice.Open(new StageOptions { Device = "cpu", Threads = 1 });
        var encoder = new Encoder(StepShape.Narrow.Model, seed: 1);
        encoder.eval();
        var source = new NoiseImages(images, 32);
        var set = new ImageSet(source, new ImageSetOptions(0) { HeldBytes = 0 });
        return new GrowthWork(
            () =>
            {
                foreach (var batch in new PlainBatches(set, 32, 256, 1).From(0))
                    FeaturePass.Forward(device, encoder, batch, "hidden", _ => { });
            },
            encoder,
            source);
    }

    private static GrowthWork Cluster(int rows, int columns, int clusters)
    {
        var blobs = new Blobs(rows, columns, Math.Min(clusters, 50), spread: 0.5, seed: 1);
        var settings = new KMeansSettings(clusters) { Restarts = 1, MaxIterations = 5, Tolerance = double.NegativeInfinity };
        return new GrowthWork(() => KMeans.Fit(blobs.Matrix, settings, 1, CPU), blobs);
    }

    private static GrowthWork Distill(int experts)
    {
        var step = new OurDistillation(StepShape.Narrow, "cpu", cached: false, experts: experts);
        return new GrowthWork(() => step.Run(1), step);
    }

    private static GrowthWork Knn(int rows)
    {
        var (bank, queries) = (new Blobs(rows, 256, 10, spread: 0.5, seed: 1), new Blobs(500, 256, 10, spread: 0.5, seed: 2));
        return new GrowthWork(() => WeightedKnn.Predict(bank.Matrix, bank.Labels, queries.Matrix, 10, 0.07, CPU), bank, queries);
    }

    private static GrowthWork Probe(int rows)
    {
        var blobs = new Blobs(rows, 256, 10, spread: 0.5, seed: 1);
        string[] ids = [.. Enumerable.Range(0, rows).Select(i => $"{i}")];
        var settings = new LinearProbeSettings { Epochs = 1, Rates = [0.1], ValidationShare = 0 };
        return new GrowthWork(() => LinearProbe.Fit(blobs.Matrix, blobs.Labels, ids, settings, 1, CPU).Dispose(), blobs);
    }
}
