using DnC.Workflow.Images.Formats;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Phases;

/// <summary>
/// Given weights in the place of a base training [ours]. The output is that of a training, so that nothing after it need know. Where they
/// bring no projector, one with random weights is made: its outputs are what distillation regresses, so its BatchNorm gets the statistics of
/// the images.
/// </summary>
internal static class GivenEncoder
{
    /// <summary>Writes the encoder.</summary>
    /// <param name="context">The stage.</param>
    /// <param name="settings">Its settings, with the digest of the weights.</param>
    /// <param name="seed">Of a fresh projector.</param>
    /// <param name="source">The training images.</param>
    public static StageResult Run(StageContext context, TrainingSettings settings, ulong seed, IImageSource source)
    {
        var device = StageDevice.Open(context.Options);
        using var encoder = new Encoder(settings.Model, DerivedSeed.Of(seed, "weights"), device.Device);
        var hasProjector = Load(context, settings, encoder);
        var set = StageImages.Plain(source, StageImages.All(source), context, settings.Model, settings.BadImageShare);
        var rows = 0;
        if (!hasProjector)
        {
            var path = Path.Combine(context.ScratchFolder, "pooled.f32");
            rows = FeaturePass.Store(new PassSequence(context, device), path, "features for the projector", set, encoder, "pooled").Length;
            using var pooled = FeatureMatrix.Open(path);
            ProjectorStatistics.Take(encoder, pooled);
        }

        ModelFile.Save(Path.Combine(context.OutputFolder, StageFiles.Model), encoder);
        CurvePoint.Write(Path.Combine(context.OutputFolder, StageFiles.Curve), []);
        return StageResult.Of(new
        {
            members = source.Count,
            steps = 0,
            images = rows,
            settings.Weights,
            projector = hasProjector ? "given" : "random",
            flops = rows * Flops.Forward(encoder, settings.Model.Side),
            badImageCount = set.Bad.Count,
            badImages = StageImages.Bad(set),
            provenance = device.Provenance(),
        });
    }

    private static bool Load(StageContext context, TrainingSettings settings, Encoder encoder)
    {
        var path = context.Options.Weights ?? throw new StageFailure($"Stage '{context.Stage}' was planned with weights, but without their place.", retryable: false);
        try
        {
            if (!Path.Exists(path))
                throw new StageFailure($"base.weights '{path}' is not on this machine ({Environment.MachineName}): it has to be at the same path on every worker.", retryable: true);
            if (GivenWeightsDigest.Of(path) != settings.Weights)
                throw new StageFailure($"base.weights '{path}' has changed since the run was planned. Put the file back, or start a run with what there is now.", retryable: false);
            var hasProjector = GivenWeights.Load(encoder, path);
            GivenWeights.RequireLayer(hasProjector, settings.Layer ?? "hidden", path);
            return hasProjector;
        }
        catch (Exception e) when (e is WeightsFileException or UserInputException)
        {
            throw new StageFailure(e.Message, retryable: false, e);
        }
    }
}
