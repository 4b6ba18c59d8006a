using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// The mean silhouette (Rousseeuw 1987; as in scikit-learn) by the distance 1 − cos, or ‖x − y‖: of each row (b − a) / max(a, b), where a is its mean
/// distance from its own cluster's other rows and b that from the nearest other cluster's.
/// </summary>
public static class Silhouette
{
    /// <summary>Over a sample of the rows: n² distances, so n should be some thousands at most.</summary>
    /// <param name="matrix">The rows; by cosine one of zeros is at distance 1 from everything.</param>
    /// <param name="rows">The rows of the sample.</param>
    /// <param name="labels">By row of the matrix: its cluster, from 0.</param>
    /// <param name="metric">The distance.</param>
    /// <returns>−1 to 1; a row that is alone in its cluster counts as 0. NaN where the sample lies in fewer than two clusters.</returns>
    public static double Of(FeatureMatrix matrix, int[] rows, int[] labels, ClusterMetric metric = ClusterMetric.Cosine)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(labels);
        var found = rows.Select(r => labels[r]).Distinct().Order().ToList();
        if (found.Count < 2)
            return double.NaN;
        var own = Array.ConvertAll(rows, r => (long)found.BinarySearch(labels[r]));
        var sizes = new double[found.Count];
        foreach (var cluster in own)
            sizes[cluster]++;

        var sums = Sums(matrix, rows, own, found.Count, metric);
        var total = 0.0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (sizes[own[i]] < 2)
                continue;
            var within = sums[(i * found.Count) + own[i]] / (sizes[own[i]] - 1);
            var nearest = Enumerable.Range(0, found.Count).Where(k => k != own[i]).Min(k => sums[(i * found.Count) + k] / sizes[k]);
            total += Math.Max(within, nearest) > 0 ? (nearest - within) / Math.Max(within, nearest) : 0;
        }

        return total / rows.Length;
    }

    /// <summary>(n, K) by row: each row's distances summed over the rows of each cluster, itself left out.</summary>
    private static double[] Sums(FeatureMatrix matrix, int[] rows, long[] own, int clusters, ClusterMetric metric)
    {
        var values = new float[rows.Length * matrix.Columns];
        matrix.CopyRows(rows, values);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Scalar least = 1e-30;
        var sample = HostTensor.Of(values, rows.Length, matrix.Columns);
        var units = sample / sample.norm(1, keepdim: true).clamp_min(least);
        var others = ones(rows.Length, rows.Length).sub(eye(rows.Length));
        var distances = (metric == ClusterMetric.Cosine ? ones(rows.Length, rows.Length).sub(units.mm(units.t())) : cdist(sample, sample)).mul(others);
        var members = zeros(rows.Length, clusters, ScalarType.Float64).scatter_(1, HostTensor.Of(own).unsqueeze(1), ones(rows.Length, 1, ScalarType.Float64));
        return distances.to(ScalarType.Float64).mm(members).data<double>().ToArray();
    }
}
