using DnC.Workflow.Stages.Keys;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// Hierarchical k-means [ours, after Vo et al. 2024]: the centroids of one level are the rows of the next. Every centroid counts alike,
/// however many images it has, so that crowded places take up fewer of the clusters than they do in one k-means.
/// </summary>
internal static class CentroidLevels
{
    /// <summary>From the finest level's centroids to clusters.</summary>
    /// <param name="finest">Of the images.</param>
    /// <param name="above">Numbers of centroids of the levels above it, falling; the last is K.</param>
    /// <param name="settings">How each level is searched, by all rows at once.</param>
    /// <param name="seed">Whence the levels' seedings are derived.</param>
    /// <param name="device">Where the products run.</param>
    /// <param name="scratch">A folder for the levels' matrices.</param>
    /// <param name="observe">Called after every update; may throw to stop.</param>
    /// <returns>By centroid of the finest level: its cluster. Centroids that coincide can leave some without.</returns>
    public static int[] Group(Centroids finest, IEnumerable<int> above, KMeansSettings settings, ulong seed, Device device, string scratch, Action observe)
    {
        int[] groups = [.. Enumerable.Range(0, finest.Count)];
        var rows = finest;
        foreach (var count in above)
        {
            var path = Path.Combine(scratch, $"level-{count}.f32");
            rows.Write(path);
            using var matrix = FeatureMatrix.Open(path);
            var level = KMeans.Fit(matrix, settings with { Clusters = count, MiniBatch = 0 }, DerivedSeed.Of(seed, "level", $"{count}"), device, observe: _ => observe());
            groups = Array.ConvertAll(groups, g => level.Assignment[g]);
            rows = level.Centroids;
        }

        return groups;
    }
}
