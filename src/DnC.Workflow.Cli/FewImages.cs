using System.Globalization;
using DnC.Workflow.Images.Formats;
using Spectre.Console;

namespace DnC.Workflow.Cli;

/// <summary>A wrong folder with a few images in it trains like the right one, and nobody sees that it was wrong: it is asked.</summary>
internal static class FewImages
{
    /// <summary>Tells where there are fewer images than a batch of the base takes, or of the distillation, where the base's weights are given.</summary>
    /// <param name="index">The spec on its data.</param>
    /// <param name="terminals">Where to.</param>
    public static void Tell(DataIndex index, Terminals terminals)
    {
        var (images, spec) = (index.Facts.TrainImages, index.Spec);
        var batch = spec.Base.Weights is null ? spec.Base.Batch : spec.Distill.Batch;
        if (images < batch)
            terminals.Error.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[yellow]{spec.Data.Path}: {images} image{(images == 1 ? "" : "s")}, fewer than a batch of {batch}: is this the folder?[/]");
    }
}
