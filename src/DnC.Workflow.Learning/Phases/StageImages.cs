using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Phases;

/// <summary>The images that a stage reads.</summary>
internal static class StageImages
{
    /// <summary>Opens the data folder of a run.</summary>
    public static DataParts Open(StageContext context)
    {
        var data = context.Data;
        var path = data.Path ?? throw new StageFailure("The run has no data folder.", retryable: false);
        try
        {
            return DataFolder.Open(path, data.Train, data.Probe, data.Test);
        }
        catch (UserInputException e)
        {
            throw new StageFailure(e.Message, retryable: false, e);
        }
    }

    /// <summary>A set for batches at the network's side, within the run's budget of memory.</summary>
    public static ImageSet Set(IImageSource source, IReadOnlyList<int> members, StageContext context, ModelSpec model, double badImageShare) => new(
        source,
        members,
        new ImageSetOptions(model.Side) { AllowedBadShare = badImageShare, HeldBytes = context.Data.CacheMegabytes * (1L << 20) });

    /// <summary>Every image of a source.</summary>
    public static int[] All(IImageSource source) => [.. Enumerable.Range(0, source.Count)];

    /// <summary>What the metrics say of images that could not be read.</summary>
    public static IReadOnlyList<object> Bad(ImageSet set) => [.. set.Bad.Images.Take(100).Select(b => new { b.Id, b.Reason })];
}
