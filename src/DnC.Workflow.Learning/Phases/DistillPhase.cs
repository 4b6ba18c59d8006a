using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Optimization;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Phases;

/// <summary>Phase 5: base and experts into one student of the same shape, by regressors on its projection that are dropped afterwards [paper, 3.3].</summary>
public sealed class DistillPhase : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "distill";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<DistillSettings>();
        var (distill, model) = (settings.Distill, settings.Model);
        var device = StageDevice.Open(context.Options, distill.Precision);
        var seed = DerivedSeed.Of((ulong)settings.Seed, Kind);
        using var source = StageImages.OpenTraining(context);
        var (members, clusters) = MemberList.Read(context.Input("assignments"), source);
        var set = StageImages.Training(source, members, context, model, settings.BadImageShare);
        var batches = new TwoViewBatches(
            set, ViewRecipe.Named(model.Augmentation), model.Side, distill.Batch, DerivedSeed.Of(seed, "views"), LoaderThreads.For(device), ahead: 4);
        var length = TrainingLength.Of(distill, members.Length, batches.Batch);

        using var step = new DistillationStep(settings, device, seed, clusters, student =>
        {
            if (distill.Init == "base")
                ModelFile.Load(context.Input("base"), student);
        });
        using var teachers = StageTeachers.Open(context, settings, device, set, clusters, length.Steps);
        var rates = new LearningRateSchedule(distill.LearningRate, batches.Batch, length.WarmupSteps, length.Steps);
        var state = new TrainingState(step.State);
        var recipe = new TrainingRecipe(length.Steps, batches.StepsPerEpoch, rates.At, batches.From, (batch, number, rate) => step.Run(teachers.Source, batch, rate))
        {
            Watch = step.Watch,
            Before = teachers.Passes?.Steps ?? 0,
            Beside = teachers.Passes is { } passes ? passes.AddTo : null,
        };
        TrainingLoop.Run(context, recipe, state, set);

        ModelFile.Save(Path.Combine(context.OutputFolder, StageFiles.Model), step.Student);
        CurvePoint.Write(Path.Combine(context.OutputFolder, StageFiles.Curve), state.Curve);
        var seen = length.Steps * batches.Batch;
        var perView = step.FlopsPerView + teachers.FlopsPerView;
        return StageResult.Of(new
        {
            length.Steps,
            images = seen,
            loss = state.Curve[^1].Loss,
            flops = (2 * seen * perView) + teachers.FlopsOnce,
            badImageCount = set.Bad.Count,
            badImages = StageImages.Bad(set),
            provenance = device.Provenance(),
        });
    }
}
