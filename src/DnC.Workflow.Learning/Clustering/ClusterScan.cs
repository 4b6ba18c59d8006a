using DnC.Workflow.Images.Loading;
using DnC.Workflow.Stages.Keys;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>What k-means makes of an embedding with one K.</summary>
/// <param name="K">Clusters asked for.</param>
/// <param name="Inertia">Σ‖x̂ − c‖² of the best seed, Σ 2(1 − cos), or Σ‖x − c‖² by Euclid. It falls with K; look for where it stops falling fast.</param>
/// <param name="Silhouette">Of the best seed, on a sample: −1 to 1, more is better; null where the sample lies in one cluster.</param>
/// <param name="Stability">Mean adjusted Rand index between the partitions of any two seeds: 1 if all find the same one.</param>
/// <param name="Smallest">Rows of the best seed's smallest cluster.</param>
/// <param name="Largest">Rows of its largest.</param>
public sealed record ClusterScanRow(int K, double Inertia, double? Silhouette, double Stability, int Smallest, int Largest);

/// <summary>How a scan over K is made [ours].</summary>
/// <param name="Seeds">Searches for each K, at least 2: their agreement is the stability, the best of them gives the rest.</param>
/// <param name="Sample">Rows of the silhouette's sample, at most; the same for every K.</param>
public sealed record ClusterScanSettings(int Seeds = 3, int Sample = 2000);

/// <summary>k-means over a range of K on one embedding, to choose K by [ours].</summary>
public static class ClusterScan
{
    /// <summary>One row for each K, as soon as it is there.</summary>
    /// <param name="matrix">The embedding.</param>
    /// <param name="clusters">The Ks.</param>
    /// <param name="search">How each search goes, with its restarts: stability is that of what a run would find. Its K is not looked at.</param>
    /// <param name="settings">Seeds and sample.</param>
    /// <param name="seed">Whence all draws derive.</param>
    /// <param name="device">Where the products run.</param>
    /// <param name="observe">Called after every update of the centroids; may throw to stop.</param>
    /// <exception cref="InvalidDataException">A row that holds NaN or infinity; names it.</exception>
    public static IEnumerable<ClusterScanRow> Of(
        FeatureMatrix matrix, IEnumerable<int> clusters, KMeansSettings search, ClusterScanSettings settings, ulong seed, Device device, Action? observe = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(clusters);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Seeds, 2);
        var order = new EpochOrder(DerivedSeed.Of(seed, "silhouette"), 0, matrix.Rows);
        int[] sample = [.. Enumerable.Range(0, Math.Min(settings.Sample, matrix.Rows)).Select(i => order[i]).Order()];
        foreach (var k in clusters)
        {
            var found = Enumerable.Range(0, settings.Seeds).Select(s => KMeans.Fit(
                matrix, search with { Clusters = k }, DerivedSeed.Of(seed, "scan", $"{s}"), device, observe: _ => observe?.Invoke())).ToList();
            var best = found.MinBy(f => f.Inertia)!;
            var agreements = from a in Enumerable.Range(0, found.Count) from b in Enumerable.Range(0, a) select AdjustedRand.Of(found[a].Assignment, found[b].Assignment);
            var sizes = new int[k];
            foreach (var cluster in best.Assignment)
                sizes[cluster]++;
            var silhouette = Silhouette.Of(matrix, sample, best.Assignment, search.Metric);
            yield return new ClusterScanRow(k, best.Inertia, double.IsNaN(silhouette) ? null : silhouette, agreements.Average(), sizes.Min(), sizes.Max());
        }
    }
}
