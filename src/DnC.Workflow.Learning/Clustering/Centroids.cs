using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>K vectors of d values, row by row: unit vectors where they are compared by cosine.</summary>
/// <param name="Values">K × d values.</param>
/// <param name="Dimension">d.</param>
public sealed record Centroids(float[] Values, int Dimension)
{
    /// <summary>K.</summary>
    public int Count => Values.Length / Dimension;

    /// <summary>One centroid.</summary>
    public ReadOnlySpan<float> this[int centroid] => Values.AsSpan(centroid * Dimension, Dimension);

    /// <summary>Writes them as a <see cref="FeatureMatrix"/>.</summary>
    public void Write(string path) => FeatureMatrix.Write(path, Dimension, Values);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">A damaged file.</exception>
    public static Centroids Read(string path)
    {
        using var matrix = FeatureMatrix.Open(path);
        matrix.RequireFinite();
        return new Centroids(matrix.Block(0, matrix.Rows).ToArray(), matrix.Columns);
    }

    /// <summary>(K, d) on the device.</summary>
    internal Tensor To(Device device) => HostTensor.Of(Values, Count, Dimension).to(device);

    internal static Centroids From(Tensor values) => new(values.cpu().contiguous().data<float>().ToArray(), (int)values.shape[1]);
}
