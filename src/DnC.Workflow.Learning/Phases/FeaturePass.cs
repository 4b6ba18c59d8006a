using System.Diagnostics;
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
    /// <param name="context">The stage.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="encoder">The network; it is left in eval mode.</param>
    /// <param name="set">The images.</param>
    /// <param name="batch">Images in a forward pass.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="phase">For people: what the pass is for.</param>
    /// <param name="use">What becomes of a batch.</param>
    /// <param name="first">Images of the set that are done already.</param>
    /// <param name="save">Writes a checkpoint, given how many images are done; null: a pass that begins again when it was stopped.</param>
    /// <exception cref="StageStopped">Asked to stop between two batches.</exception>
    public static void Run(
        StageContext context,
        StageDevice device,
        Encoder encoder,
        ImageSet set,
        int batch,
        string layer,
        string phase,
        Action<PlainBatch, Tensor> use,
        int first = 0,
        Action<int>? save = null)
    {
        var side = encoder.Spec.Side;
        var each = Math.Max(1, Math.Min(batch, set.Count));
        var sinceSave = Stopwatch.StartNew();
        encoder.eval();
        using var noGrad = no_grad();
        foreach (var images in new PlainBatches(set, side, each, LoaderThreads.For(device)).From(first))
        {
            using (NewDisposeScope())
            {
                Tensor features;
                using (device.Precision())
                    features = Layer(encoder, device.Images(images.Data, images.Count, side), layer);
                use(images, features.to(ScalarType.Float32));
            }

            // A batch may lack its last images, if they are bad; its end is where the next one begins all the same.
            var behind = images.Indices[images.Count - 1] + 1 - first;
            var next = (int)Math.Min(set.Count, first + (((long)behind + each - 1) / each * each));
            context.Report.Progress(new StageProgress(next, set.Count, Phase: phase));
            var stop = context.StopRequested();
            if (next == set.Count)
                continue;
            if (save is not null && (stop || sinceSave.Elapsed.TotalSeconds >= context.Options.CheckpointSeconds))
            {
                save(next);
                sinceSave.Restart();
            }

            if (stop)
                throw new StageStopped();
        }
    }

    /// <summary>A tensor's values on the CPU, row by row.</summary>
    public static ReadOnlySpan<float> Values(Tensor features) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(features.cpu().contiguous().bytes);
}
