using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// The second, streaming pass: puts images that were in no sample to their nearest centroid, block by block, and keeps nothing
/// of them.
/// </summary>
public sealed class NearestCentroid : IDisposable
{
    private readonly Centroids _own;
    private readonly Tensor _centroids;
    private readonly ClusterMetric _metric;
    private readonly int _dimension;

    /// <param name="centroids">K vectors, unit ones by cosine.</param>
    /// <param name="device">Where the products run.</param>
    /// <param name="metric">By what they are near.</param>
    public NearestCentroid(Centroids centroids, Device device, ClusterMetric metric = ClusterMetric.Cosine)
    {
        ArgumentNullException.ThrowIfNull(centroids);
        using var scope = NewDisposeScope();
        (_own, _dimension, _metric) = (centroids, centroids.Dimension, metric);
        _centroids = centroids.To(device).DetachFromDisposeScope();
    }

    /// <summary>(n, d) float32 features on any device → n indices of centroids, the first of equals.</summary>
    /// <exception cref="InvalidDataException">A row that holds NaN or infinity; names it by its place in the block.</exception>
    public int[] Assign(Tensor block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (block.dim() != 2 || block.shape[1] != _dimension)
            throw new ArgumentException($"expected rows of {_dimension} features, got a tensor of shape [{string.Join(", ", block.shape)}]", nameof(block));
        if (block.shape[0] == 0)
            return [];
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var features = block.to(_centroids.device).to(ScalarType.Float32);
        var finite = features.isfinite().all(1).cpu().data<bool>().ToArray();
        if (Array.IndexOf(finite, false) is >= 0 and var bad)
            throw new InvalidDataException($"row {bad} of a block of {finite.Length} features holds NaN or infinity");
        return RowGeometry.Scores(_metric, features, _centroids).max(1).indexes.to(ScalarType.Int32).cpu().data<int>().ToArray();
    }

    /// <summary>The same for rows of d values, one after the other.</summary>
    public int[] Assign(ReadOnlySpan<float> rows)
    {
        if (rows.Length % _dimension != 0)
            throw new ArgumentException($"{rows.Length} values are no whole rows of {_dimension}", nameof(rows));
        using var block = empty(rows.Length / _dimension, _dimension);
        rows.CopyTo(MemoryMarshal.Cast<byte, float>(block.bytes));
        return Assign(block);
    }

    /// <summary>As the other, with the distance to each row's centroid: 1 − cosine, or ‖x − c‖ by Euclid.</summary>
    public IReadOnlyList<(int Centroid, float Distance)> Measured(ReadOnlySpan<float> rows)
    {
        var nearest = Assign(rows);
        var measured = new (int, float)[nearest.Length];
        for (var row = 0; row < nearest.Length; row++)
            measured[row] = (nearest[row], Distance(rows.Slice(row * _dimension, _dimension), _own[nearest[row]]));
        return measured;
    }

    // In double precision: by cosine, and of a row near its centroid, the difference of two near numbers.
    private float Distance(ReadOnlySpan<float> row, ReadOnlySpan<float> centroid)
    {
        double product = 0, rows = 0, centroids = 0, apart = 0;
        for (var i = 0; i < row.Length; i++)
        {
            product += (double)row[i] * centroid[i];
            rows += (double)row[i] * row[i];
            centroids += (double)centroid[i] * centroid[i];
            apart += ((double)row[i] - centroid[i]) * ((double)row[i] - centroid[i]);
        }

        // A row of zeros has no direction: as far as a right angle.
        return (float)(_metric == ClusterMetric.Euclidean ? Math.Sqrt(apart) : rows * centroids == 0 ? 1 : Math.Max(0, 1 - (product / Math.Sqrt(rows * centroids))));
    }

    /// <inheritdoc/>
    public void Dispose() => _centroids.Dispose();
}
