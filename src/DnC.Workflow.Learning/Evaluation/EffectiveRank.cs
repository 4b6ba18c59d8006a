using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>
/// Effective rank of a matrix: the exponential of the entropy of its singular values divided by their sum. From 1 (all rows on a line, a
/// collapsed embedding) to the smaller side (all directions alike). [Roy and Vetterli, 2007; as measure of embeddings: RankMe, 2023]
/// </summary>
public static class EffectiveRank
{
    /// <summary>Rows that are read at most: it is a sign for people, and its cost grows with the rows. [ours]</summary>
    private const int Rows = 512;

    /// <summary>The effective rank of the first rows, 512 at most, not centred.</summary>
    /// <param name="matrix">(N, d), any floating type; computed in float32, in float64 for float64.</param>
    /// <returns>Null where a number is not finite, or all are zero.</returns>
    public static double? Of(Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var rows = matrix.detach().narrow(0, 0, Math.Min(Rows, matrix.shape[0]));
        if (rows.dtype is not ScalarType.Float64)
            rows = rows.to(ScalarType.Float32);
        if (!rows.isfinite().all().item<bool>())
            return null;
        var values = linalg.svdvals(rows).to(ScalarType.Float64).cpu().data<double>().ToArray();
        var sum = values.Sum();
        return sum > 0 ? Math.Exp(-values.Where(v => v > 0).Sum(v => v / sum * Math.Log(v / sum))) : null;
    }
}
