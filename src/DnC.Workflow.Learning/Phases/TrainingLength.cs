using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Phases;

/// <summary>A budget of epochs as steps.</summary>
/// <param name="Steps">Steps in all, at least 1.</param>
/// <param name="WarmupSteps">Of these, warm-up.</param>
internal sealed record TrainingLength(long Steps, long WarmupSteps)
{
    /// <summary>As many steps as see epochs × images images: an epoch's dropped last batch is made up for, so clusters of any size get their share.</summary>
    /// <param name="training">With its length in epochs.</param>
    /// <param name="images">Images in the set.</param>
    /// <param name="batch">Images in a step.</param>
    public static TrainingLength Of(TrainingSpec training, int images, int batch)
    {
        long Steps(double epochs) => (long)Math.Round(epochs * images / batch);
        return new TrainingLength(Math.Max(1, Steps(training.Epochs ?? 0)), Steps(training.WarmupEpochs));
    }
}
