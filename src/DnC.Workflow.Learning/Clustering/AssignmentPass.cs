using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// One stream over the rows: the nearest centroid of each by cosine, how near it is, and the sums of unit rows from which the next
/// centroids follow. Two matrix products a block: (n × d)(d × K) and (K × n)(n × d).
/// </summary>
/// <remarks>
/// The sums come from a product with a one-hot matrix, not from a scatter: on a GPU a scatter adds in no fixed order. Block sums are
/// added up in float64.
/// </remarks>
internal sealed class AssignmentPass : IDisposable
{
    private readonly RowBlocks _blocks;
    private readonly float[] _inverseNorms;

    private AssignmentPass(RowBlocks blocks, float[] inverseNorms, int clusters)
    {
        (_blocks, _inverseNorms) = (blocks, inverseNorms);
        Labels = new int[blocks.Count];
        Similarities = new float[blocks.Count];
        Counts = new int[clusters];
        Sums = zeros(clusters, blocks.Matrix.Columns, ScalarType.Float64, blocks.Device).DetachFromDisposeScope();
    }

    /// <summary>Index of the nearest centroid, by position in the stream; the first of equals.</summary>
    public int[] Labels { get; }

    /// <summary>Cosine with it.</summary>
    public float[] Similarities { get; }

    /// <summary>Rows of each centroid.</summary>
    public int[] Counts { get; }

    /// <summary>(K, d) float64 on the device: sums of the unit rows of each centroid; zeros if they were not asked for.</summary>
    public Tensor Sums { get; }

    /// <summary>Σ‖x̂ − c‖² = Σ 2(1 − cos) over all rows.</summary>
    public double Inertia { get; private set; }

    /// <param name="blocks">The rows.</param>
    /// <param name="inverseNorms">1/‖x‖ by row of the matrix.</param>
    /// <param name="centroids">(K, d) unit rows on the blocks' device.</param>
    /// <param name="sum">Whether <see cref="Sums"/> are wanted.</param>
    public static AssignmentPass Run(RowBlocks blocks, float[] inverseNorms, Tensor centroids, bool sum)
    {
        var pass = new AssignmentPass(blocks, inverseNorms, (int)centroids.shape[0]);
        var transposed = centroids.t();
        blocks.ForEach((first, block) => pass.Take(first, block, transposed, sum));
        return pass;
    }

    public void Dispose() => Sums.Dispose();

    private void Take(int first, Tensor block, Tensor centroids, bool sum)
    {
        var count = (int)block.shape[0];
        var (products, nearest) = block.mm(centroids).max(1);
        var inverse = new float[count];
        for (var i = 0; i < count; i++)
            inverse[i] = _inverseNorms[_blocks.RowAt(first + i)];
        if (sum)
        {
            var weights = zeros(count, Counts.Length, ScalarType.Float32, _blocks.Device)
                .scatter_(1, nearest.unsqueeze(1), tensor(inverse, count, 1).to(_blocks.Device));
            Sums.add_(weights.t().mm(block), Scalars.One);
        }
        var labels = Labels.AsSpan(first, count);
        var similarities = Similarities.AsSpan(first, count);
        nearest.to(ScalarType.Int32).cpu().data<int>().CopyTo(labels);
        products.cpu().data<float>().CopyTo(similarities);
        var inertia = 0.0;
        for (var i = 0; i < count; i++)
        {
            similarities[i] *= inverse[i];
            inertia += 2 * (1.0 - similarities[i]);
            Counts[labels[i]]++;
        }
        Inertia += inertia;
    }
}
