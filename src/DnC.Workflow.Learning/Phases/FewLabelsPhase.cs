using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Phases;

/// <summary>
/// A network fine-tuned whole on a share of the labels, under a new linear classifier on its pooled features or on its projector's hidden layer
/// [paper, 5.3.1]; crops and flips, SGD with Nesterov momentum, the rate chosen on images that are no part of the share [byol].
/// </summary>
public sealed class FewLabelsPhase : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "fewLabels";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<FewLabelsSettings>();
        var (model, recipe) = (settings.Model, settings.Recipe);
        var device = StageDevice.Open(context.Options, recipe.Precision);
        using var data = StageImages.OpenAll(context);
        var passes = new PassSequence(context, device);
        if (EvaluatePart.Open(context, passes, data, "probe", model, settings.BadImageShare) is not { } probe
            || EvaluatePart.Open(context, passes, data, "test", model, settings.BadImageShare) is not { } test)
            return StageResult.Of(new { skipped = "no labels" });

        string[] ids = [.. Enumerable.Range(0, probe.Count).Select(probe.Set.Id)];
        var split = ValidationSplit.ByHash(ids, probe.ClassOf, settings.ValidationShare);
        var few = LabelledShare.Draw(ids, probe.ClassOf, split.Fit, settings.Share);
        if (few.Length < 2)
            throw new StageFailure($"There is {few.Length} image to fine-tune on; BatchNorm needs at least 2. Label more images, or leave 'fewLabels.shares' out.", retryable: false);
        var set = StageImages.Training(data.Probe!, few, context, model, settings.BadImageShare);
        var seed = DerivedSeed.Of((ulong)settings.Seed, Kind);
        var batches = new TwoViewBatches(set, ViewRecipe.CropAndFlip, model.Side, recipe.Batch, DerivedSeed.Of(seed, "views"), LoaderThreads.For(device), ahead: 4);

        using var start = new Encoder(model, seed: 0, device.Device);
        ModelFile.Load(context.Input("model"), start);
        var classes = Math.Max(probe.ClassOf.Max(), test.ClassOf.Max()) + 1;
        using var tuning = new FineTuning(context, device, start, settings.Layer, classes, recipe, batches, [.. few.Select(row => probe.ClassOf[row])], probe.Only(split.Validation));
        TrainingLoop.Run(context, tuning.Recipe, tuning.State, set);

        var rate = tuning.TakeBest();
        var accuracy = tuning.Measure(test);
        CurvePoint.Write(Path.Combine(context.OutputFolder, StageFiles.Curve), tuning.State.Curve);
        var forward = Flops.Forward(start, model.Side);
        return StageResult.Of(new
        {
            fewLabels = new FewLabelsRow(settings.Label, settings.Share, few.Length, settings.Layer, accuracy.Images, accuracy.Percent, accuracy.StandardError, rate),
            validation = tuning.Validation,
            flops = (Flops.Trained(forward) * tuning.Recipe.Steps * batches.Batch) + (forward * ((split.Validation.Length * recipe.Rates.Count) + test.Count)),
            badImageCount = set.Bad.Count,
            badImages = StageImages.Bad(set),
            provenance = device.Provenance(),
        });
    }
}
