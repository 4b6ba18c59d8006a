using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// The second, streaming pass: puts images that were in no sample to their nearest centroid by cosine, block by block, and keeps nothing
/// of them.
/// </summary>
public sealed class NearestCentroid : IDisposable
{
    private readonly Tensor _transposed;
    private readonly int _dimension;

    /// <param name="centroids">K unit vectors.</param>
    /// <param name="device">Where the products run.</param>
    public NearestCentroid(Centroids centroids, Device device)
    {
        ArgumentNullException.ThrowIfNull(centroids);
        using var scope = NewDisposeScope();
        _dimension = centroids.Dimension;
        _transposed = centroids.To(device).t().DetachFromDisposeScope();
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
        var features = block.to(_transposed.device).to(ScalarType.Float32);
        var finite = features.isfinite().all(1).cpu().data<bool>().ToArray();
        if (Array.IndexOf(finite, false) is >= 0 and var bad)
            throw new InvalidDataException($"row {bad} of a block of {finite.Length} features holds NaN or infinity");
        return features.mm(_transposed).argmax(1).to(ScalarType.Int32).cpu().data<int>().ToArray();
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

    /// <inheritdoc/>
    public void Dispose() => _transposed.Dispose();
}
