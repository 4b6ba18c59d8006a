using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Phases;

/// <summary>Phase 1: the objective on all images. Also trains the equal-length baseline, which is the same with more epochs. Or takes given weights.</summary>
public sealed class BasePhase : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "base";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var settings = context.Read<TrainingSettings>();
        using var images = StageImages.OpenTraining(context);
        var seed = DerivedSeed.Of((ulong)settings.Seed, Kind);
        return settings.Weights is null
            ? ContrastiveTraining.Run(context, settings, seed, images, StageImages.All(images))
            : GivenEncoder.Run(context, settings, seed, images);
    }
}
