using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// One stream over the rows: the nearest centroid of each, how near it is, and the sums of rows (by cosine of unit rows) from which the next
/// centroids follow. Two matrix products a block: (n × d)(d × K) and (K × n)(n × d).
/// </summary>
/// <remarks>
/// The sums come from a product with a one-hot matrix, not from a scatter: on a GPU a scatter adds in no fixed order. Block sums are
/// added up in float64.
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
        {
            var each = new float[count];
            for (var i = 0; i < count; i++)
                each[i] = _geometry.Weight(_blocks.RowAt(first + i));
            var weights = zeros(count, Counts.Length, ScalarType.Float32, _blocks.Device)
                .scatter_(1, nearest.unsqueeze(1), tensor(each, count, 1).to(_blocks.Device));
            Sums.add_(weights.t().mm(block), Scalars.One);
        }
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
}
