using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Execution;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Phases;

/// <summary>One pass over un-augmented images through a network in eval mode: embedding, assignment, evaluation.</summary>
internal static class FeaturePass
{
    /// <summary>The layer that a spec names, of a batch.</summary>
    public static Tensor Layer(Encoder encoder, Tensor images, string layer)
    {
        if (layer == "pooled")
            return encoder.Pooled(images);
        var embedding = encoder.Embed(images);
        return layer == "hidden" ? embedding.Hidden : embedding.Projection;
    }

    /// <summary>Length of a row of that layer.</summary>
    public static int Width(Encoder encoder, string layer) => layer switch
    {
        "pooled" => encoder.Features,
        "hidden" => encoder.Spec.ProjectorHidden,
        _ => encoder.Spec.Projection,
    };

    /// <summary>Calls <paramref name="use"/> with each batch and its float32 features (count, width), which it may not keep.</summary>
    /// <exception cref="StageStopped">Asked to stop between two batches.</exception>
    public static void Run(
        StageContext context, StageDevice device, Encoder encoder, ImageSet set, int batch, string layer, string phase, Action<PlainBatch, Tensor> use)
    {
        var side = encoder.Spec.Side;
        var done = 0;
        encoder.eval();
        using var noGrad = no_grad();
        foreach (var images in new PlainBatches(set, side, batch, LoaderThreads.For(device)).From(0))
        {
            using (NewDisposeScope())
            {
                Tensor features;
                using (device.Precision())
                    features = Layer(encoder, device.Images(images.Data, images.Count, side), layer);
                use(images, features.to(ScalarType.Float32));
            }

            done += images.Count;
            context.Report.Progress(new StageProgress(done, set.Count, Phase: phase));
            if (context.StopRequested())
                throw new StageStopped();
        }
    }

    /// <summary>A tensor's values on the CPU, row by row.</summary>
    public static ReadOnlySpan<float> Values(Tensor features) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(features.cpu().contiguous().bytes);
}
