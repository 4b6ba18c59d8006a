using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Phases;

internal static class PlainImages
{
    /// <summary>Un-augmented images by their indices in the source: (n, 3, S, S).</summary>
    public static Tensor Of(PhaseRun run, IImageSource source, params int[] images)
    {
        var side = run.Spec.Model.Side;
        var batch = new PlainBatches(new ImageSet(source, images, new ImageSetOptions(side)), side, images.Length, threads: 1).From(0).Single();
        return tensor(batch.Data.AsMemory(0, images.Length * 3 * side * side).ToArray(), [images.Length, 3, side, side]);
    }
}
