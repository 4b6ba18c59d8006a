using DnC.Workflow.Images.Augmentation;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Phases;

/// <summary>The images that a stage reads.</summary>
internal static class StageImages
{
    /// <summary>The training images of a run. Probe, test and labels stay shut.</summary>
    public static IImageSource OpenTraining(StageContext context)
    {
        var source = Opened(context, DataFolder.OpenTraining);
        RequirePlanned(context, "train", () => DataIndexDigest.Of(source));
        return source;
    }

    /// <summary>Every part of a run's data, for evaluation.</summary>
    public static DataParts OpenAll(StageContext context)
    {
        var parts = Opened(context, DataFolder.Open);
        foreach (var part in parts.Digests.Keys)
            RequirePlanned(context, part, () => parts.Digest(part));
        return parts;
    }

    /// <summary>A result under the key of other images would be wrong for ever after.</summary>
    private static void RequirePlanned(StageContext context, string part, Func<string> found)
    {
        if (context.DataDigests.TryGetValue(part, out var planned) && planned != found())
            throw new StageFailure($"The part '{part}' of {context.Data.Path} has changed since the run was planned. Put the data back, or start a run on what there is now.", retryable: false);
    }

    private static T Opened<T>(StageContext context, Func<string, string?, string?, string?, T> open)
    {
        var data = context.Data;
        try
        {
            return open(data.Path ?? throw new UserInputException("The run has no data folder."), data.Train, data.Probe, data.Test);
        }
        catch (UserInputException e)
        {
            throw new StageFailure(e.Message, retryable: false, e);
        }
    }

    /// <summary>A set for two-view batches: large enough that the smallest crop, 8 % of the area, is not enlarged. [ours]</summary>
    public static ImageSet Training(IImageSource source, IReadOnlyList<int> members, StageContext context, ModelSpec model, double badImageShare) =>
        Set(source, members, context, TrainingSide(model), badImageShare);

    /// <summary>The short side that has to survive decoding for <see cref="Training"/>, in pixels.</summary>
    public static int TrainingSide(ModelSpec model) => (int)Math.Ceiling(model.Side / Math.Sqrt(ViewRecipe.Named(model.Augmentation).View1.AreaLow));

    /// <summary>A set for un-augmented passes at the network's side.</summary>
    public static ImageSet Plain(IImageSource source, IReadOnlyList<int> members, StageContext context, ModelSpec model, double badImageShare) =>
        Set(source, members, context, CropResize.ResizedShortSide(model.Side), badImageShare);

    private static ImageSet Set(IImageSource source, IReadOnlyList<int> members, StageContext context, int minSide, double badImageShare) => new(
        source,
        members,
        new ImageSetOptions(minSide) { AllowedBadShare = badImageShare, HeldBytes = context.Data.CacheMegabytes * (1L << 20) });

    /// <summary>Every image of a source.</summary>
    public static int[] All(IImageSource source) => [.. Enumerable.Range(0, source.Count)];

    /// <summary>What the metrics say of images that could not be read.</summary>
    public static IReadOnlyList<object> Bad(ImageSet set) => [.. set.Bad.Images.Take(100).Select(b => new { b.Id, b.Reason })];
}
