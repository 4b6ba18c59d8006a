using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>Settings of <see cref="KMeans"/>. The paper states cosine similarity and K alone; the rest is [ours].</summary>
/// <param name="Clusters">K, at least 1 and at most the number of rows.</param>
public sealed record KMeansSettings(int Clusters)
{
    /// <summary>How a spec wants images to be clustered: with levels, on the finest one.</summary>
    public static KMeansSettings Of(ClusterSpec cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return new KMeansSettings(cluster.Levels.Count > 0 ? cluster.Levels[0] : cluster.K)
        {
            Metric = MetricOf(cluster.Metric),
            Setting = cluster.Levels.Count > 0 ? "cluster.levels" : "cluster.k",
            Restarts = cluster.Restarts,
            MaxIterations = cluster.Iterations,
            MiniBatch = cluster.MiniBatch,
        };
    }

    /// <summary>'euclidean', or cosine.</summary>
    public static ClusterMetric MetricOf(string? name) => name == "euclidean" ? ClusterMetric.Euclidean : ClusterMetric.Cosine;

    /// <summary>By what rows are near; the paper's is cosine.</summary>
    public ClusterMetric Metric { get; init; }

    /// <summary>The setting of the spec that K stands in, for messages.</summary>
    public string Setting { get; init; } = "cluster.k";

    /// <summary>Runs from different seeds; the one of least inertia is kept [ours].</summary>
    public int Restarts { get; init; } = 3;

    /// <summary>Updates of the centroids in a run, at most [ours].</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>Lloyd stops when an update lowers the inertia by less than this share of it [ours].</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Rows of an update; 0: all of them (Lloyd) [ours].</summary>
    public int MiniBatch { get; init; }

    /// <summary>Updates of a run, at most: mini-batches are followed by one over all rows.</summary>
    public long UpdatesPerRun => MaxIterations + (MiniBatch > 0 ? 1L : 0);

    /// <summary>Rows that the seeding looks at, a sample drawn by the seed, at least 8 K [ours].</summary>
    public int SeedingRows { get; init; } = 32_768;
}
