using System.Runtime.InteropServices;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// One stream over the rows: the nearest centroid of each, how near it is, and the sums of rows (by cosine of unit rows) from which the next
/// centroids follow.
/// </summary>
/// <remarks>
/// On a CPU rows are added one after the other to the sum of their centroid. On a GPU, where such a scatter adds in no fixed order, the sums
/// are a product with a one-hot matrix, (K × n)(n × d). Block sums are added up in float64.
/// </remarks>
internal sealed class AssignmentPass : IDisposable
{
    private readonly RowBlocks _blocks;
    private readonly RowGeometry _geometry;

    private AssignmentPass(RowBlocks blocks, RowGeometry geometry, int clusters)
    {
        (_blocks, _geometry) = (blocks, geometry);
        Labels = new int[blocks.Count];
        Similarities = new float[blocks.Count];
        Counts = new int[clusters];
        Sums = zeros(clusters, blocks.Matrix.Columns, ScalarType.Float64, blocks.Device).DetachFromDisposeScope();
    }

    /// <summary>Index of the nearest centroid, by position in the stream; the first of equals.</summary>
    public int[] Labels { get; }

    /// <summary>Cosine with it, or −‖x − c‖².</summary>
    public float[] Similarities { get; }

    /// <summary>Rows of each centroid.</summary>
    public int[] Counts { get; }

    /// <summary>(K, d) float64 on the device: sums of the rows of each centroid, by cosine of unit rows; zeros if they were not asked for.</summary>
    public Tensor Sums { get; }

    /// <summary>Σ‖x̂ − c‖² = Σ 2(1 − cos) over all rows, or Σ‖x − c‖².</summary>
    public double Inertia { get; private set; }

    /// <param name="blocks">The rows.</param>
    /// <param name="geometry">Of the matrix' rows.</param>
    /// <param name="centroids">(K, d) on the blocks' device.</param>
    /// <param name="sum">Whether <see cref="Sums"/> are wanted.</param>
    public static AssignmentPass Run(RowBlocks blocks, RowGeometry geometry, Tensor centroids, bool sum)
    {
        var pass = new AssignmentPass(blocks, geometry, (int)centroids.shape[0]);
        blocks.ForEach((first, block) => pass.Take(first, block, centroids, sum));
        return pass;
    }

    public void Dispose() => Sums.Dispose();

    private void Take(int first, Tensor block, Tensor centroids, bool sum)
    {
        var count = (int)block.shape[0];
        var (products, nearest) = RowGeometry.Scores(_geometry.Metric, block, centroids).max(1);
        if (sum)
            Sums.add_(SumsOf(first, block, nearest), Scalars.One);
        var labels = Labels.AsSpan(first, count);
        var similarities = Similarities.AsSpan(first, count);
        nearest.to(ScalarType.Int32).cpu().data<int>().CopyTo(labels);
        products.cpu().data<float>().CopyTo(similarities);
        var inertia = 0.0;
        for (var i = 0; i < count; i++)
        {
            similarities[i] = _geometry.Similarity(_blocks.RowAt(first + i), similarities[i]);
            inertia += _geometry.Distance(similarities[i]);
            Counts[labels[i]]++;
        }
        Inertia += inertia;
    }

    /// <summary>(K, d). The block's own values are lost with it: nobody reads them after this.</summary>
    private Tensor SumsOf(int first, Tensor block, Tensor nearest)
    {
        var weights = empty(block.shape[0], 1);
        var each = MemoryMarshal.Cast<byte, float>(weights.bytes);
        for (var i = 0; i < each.Length; i++)
            each[i] = _geometry.Weight(_blocks.RowAt(first + i));
        if (_blocks.Device.type == DeviceType.CPU)
            return zeros(Counts.Length, block.shape[1]).index_add_(0, nearest, block.mul_(weights), Scalars.One);
        return zeros(block.shape[0], Counts.Length, ScalarType.Float32, _blocks.Device).scatter_(1, nearest.unsqueeze(1), weights.to(_blocks.Device)).t().mm(block);
    }
}
