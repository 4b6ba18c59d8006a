using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>How near two rows are.</summary>
public enum ClusterMetric
{
    /// <summary>By angle: rows and centroids count as unit vectors [paper, C]. Distance ‖x̂ − c‖² = 2(1 − cos).</summary>
    Cosine,

    /// <summary>By ‖x − c‖²; centroids are means [ours].</summary>
    Euclidean,
}

/// <summary>
/// What distances need of a row beside its products with the centroids: 4 bytes a row, its inverse norm by cosine, its squared norm by
/// Euclid. So no block of the matrix is changed before its products.
/// </summary>
/// <remarks>
/// A score is the product x·c, by Euclid with −‖c‖²/2 added: the nearest centroid is that of the largest score. ‖x − c‖² = ‖x‖² − 2 score
/// is a difference of float32 values: its error is some 1e-6 of ‖x‖², so a far common offset of all rows costs digits.
/// </remarks>
internal sealed class RowGeometry
{
    // By cosine, and relative to ‖x‖² by Euclid: this near to its centroid a row is a duplicate of it.
    private const float Duplicate = 1e-5f;

    /// <summary>Up to so many the product is faster with the centroids as its rows. [ours]</summary>
    public const int FewCentroids = 32;

    private readonly float[] _values;
    private readonly bool _cosine;

    private RowGeometry(ClusterMetric metric, float[] values) => (Metric, _values, _cosine) = (metric, values, metric == ClusterMetric.Cosine);

    public ClusterMetric Metric { get; }

    /// <exception cref="InvalidDataException">Names the first row whose norm is no finite number.</exception>
    public static RowGeometry Of(FeatureMatrix matrix, ClusterMetric metric) =>
        new(metric, metric == ClusterMetric.Cosine ? RowNorms.Inverse(matrix) : RowNorms.Squared(matrix));

    /// <summary>What the row is multiplied by before it enters a centroid's sum.</summary>
    public float Weight(int row) => _cosine ? _values[row] : 1;

    /// <summary>Whether a centroid can stand at the row: one of zeros has no direction.</summary>
    public bool CanLead(int row) => !_cosine || _values[row] > 0;

    /// <summary>Cosine, or −‖x − c‖²: the nearer the larger.</summary>
    public float Similarity(int row, float score) => _cosine ? score * _values[row] : Math.Min(0, (2 * score) - _values[row]);

    /// <summary>What the similarity adds to the inertia.</summary>
    public double Distance(float similarity) => _cosine ? 2 * (1.0 - similarity) : -(double)similarity;

    /// <summary>Whether something is gained by a centroid of its own at the row.</summary>
    public bool IsApart(int row, float similarity) => _cosine ? _values[row] > 0 && similarity < 1 - Duplicate : similarity < -Duplicate * _values[row];

    /// <summary>Distance of two rows by the product of the first with the weighted second.</summary>
    public double Between(int row, float product, int other) =>
        Math.Max(0, _cosine ? 2 - 2.0 * product * _values[row] : (double)_values[row] - 2.0 * product + _values[other]);

    /// <summary>(n, d) by (K, d) → (n, K) scores.</summary>
    public static Tensor Scores(ClusterMetric metric, Tensor block, Tensor centroids)
    {
        // The same product either way round. With few columns it takes MKL twice as long as with few rows.
        if (centroids.shape[0] <= FewCentroids)
            return (metric == ClusterMetric.Cosine ? centroids.mm(block.t()) : addmm(Offsets(centroids).unsqueeze(1), centroids, block.t(), 1, 1)).t();
        return metric == ClusterMetric.Cosine ? block.mm(centroids.t()) : addmm(Offsets(centroids).unsqueeze(0), block, centroids.t(), 1, 1);
    }

    private static Tensor Offsets(Tensor centroids)
    {
        using TorchSharp.Scalar half = -0.5;
        return centroids.mul(centroids).sum(1).mul(half);
    }
}
