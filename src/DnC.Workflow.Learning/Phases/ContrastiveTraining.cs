using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Optimization;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Phases;

/// <summary>Self-supervised training of one encoder on some images: the work of base and expert stages [paper, 3.1].</summary>
internal static class ContrastiveTraining
{
    /// <summary>Trains, and writes the online network and the curve.</summary>
    /// <param name="context">The stage.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="seed">Of weights, order and views: derived from the run's seed and what is trained on.</param>
    /// <param name="source">The training images.</param>
    /// <param name="members">Which of them.</param>
    /// <param name="budget">Images whose share of the length it is trained for: as many steps of as many images as on those; null: the members'.</param>
    public static StageResult Run(StageContext context, TrainingSettings settings, ulong seed, IImageSource source, int[] members, int? budget = null)
    {
        var training = settings.Training;
        var device = StageDevice.Open(context.Options, training.Precision);
        if (members.Length < 2)
            throw new StageFailure($"There are {members.Length} images to train on; a contrastive objective needs at least 2.", retryable: false);
        var set = StageImages.Training(source, members, context, settings.Model, settings.BadImageShare);
        var batches = new TwoViewBatches(
            set, ViewRecipe.Named(settings.Model.Augmentation), settings.Model.Side, Math.Min(training.Batch, budget ?? members.Length), DerivedSeed.Of(seed, "views"), LoaderThreads.For(device), ahead: 4);
        var length = TrainingLength.Of(training, budget ?? members.Length, batches.Batch);

        using var step = new ContrastiveStep(settings.Model, training, seed, device, length.Steps, encoder =>
        {
            if (settings.Init == "base")
                ModelFile.Load(context.Input("base"), encoder);
        });
        var rates = new LearningRateSchedule(training.LearningRate, batches.Batch, length.WarmupSteps, length.Steps);
        var state = new TrainingState(step.State);
        TrainingLoop.Run(context, new TrainingRecipe(length.Steps, batches.StepsPerEpoch, rates.At, batches.From, step.Run) { Watch = step.Watch }, state, set);

        ModelFile.Save(Path.Combine(context.OutputFolder, StageFiles.Model), step.Encoder);
        CurvePoint.Write(Path.Combine(context.OutputFolder, StageFiles.Curve), state.Curve);
        var seen = length.Steps * batches.Batch;
        return StageResult.Of(new
        {
            members = members.Length,
            length.Steps,
            images = seen,
            loss = state.Curve[^1].Loss,
            flops = seen * step.FlopsPerImage,
            badImageCount = set.Bad.Count,
            badImages = StageImages.Bad(set),
            provenance = device.Provenance(),
        });
    }
}
