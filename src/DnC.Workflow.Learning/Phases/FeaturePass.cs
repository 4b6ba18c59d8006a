using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Models;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Phases;

/// <summary>What passes over un-augmented images take from a network: embedding, assignment, targets, evaluation.</summary>
internal static class FeaturePass
{
    /// <summary>Length of a row of the layer that a spec names.</summary>
    public static int Width(Encoder encoder, string layer) => layer switch
    {
        "pooled" => encoder.Features,
        "hidden" => encoder.Spec.ProjectorHidden,
        _ => encoder.Spec.Projection,
    };

    /// <summary>Calls <paramref name="use"/> with a layer's float32 features of a batch (count, width), which it may not keep.</summary>
    public static void Forward(StageDevice device, Encoder encoder, PlainBatch images, string layer, Action<Tensor> use)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor features;
        using (device.Precision())
            features = Layer(encoder, device.Images(images.Data, images.Count, encoder.Spec.Side), layer);
        use(features.to(ScalarType.Float32));
    }

    /// <summary>The next pass of a stage, which stores a layer as it is.</summary>
    /// <returns>By row: the image's index in the set, rising.</returns>
    public static int[] Store(PassSequence passes, string path, string phase, ImageSet set, Encoder encoder, string layer, FeatureElement element = FeatureElement.Float32) =>
        passes.Run(path, Width(encoder, layer), phase, set, encoder, layer, (features, matrix) => matrix.Append(Values(features)), element);

    /// <summary>The next pass of a stage, which stores the number of the centroid nearest to each image.</summary>
    /// <returns>By readable image, in their order: its index in the set, and its centroid.</returns>
    public static List<(int Image, int Centroid)> Nearest(
        PassSequence passes, string path, string phase, ImageSet set, Encoder encoder, string layer, NearestCentroid nearest)
    {
        // float32 holds whole numbers up to 2^24 exactly: more centroids than there can be.
        var images = passes.Run(path, 1, phase, set, encoder, layer, (features, matrix) =>
            matrix.Append(Array.ConvertAll(nearest.Assign(features), centroid => (float)centroid)));
        using var numbers = FeatureMatrix.Open(path);
        return [.. images.Select((image, row) => (image, (int)numbers.Row(row)[0]))];
    }

    /// <summary>A tensor's values on the CPU, row by row.</summary>
    public static ReadOnlySpan<float> Values(Tensor features) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(features.cpu().contiguous().bytes);

    private static Tensor Layer(Encoder encoder, Tensor images, string layer)
    {
        if (layer == "pooled")
            return encoder.Pooled(images);
        var embedding = encoder.Embed(images);
        return layer == "hidden" ? embedding.Hidden : embedding.Projection;
    }
}
