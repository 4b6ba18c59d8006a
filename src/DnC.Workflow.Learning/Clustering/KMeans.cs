using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>
/// k-means with cosine similarity [paper, C], where rows and centroids are compared as unit vectors, or by Euclidean distance [ours]. Streams
/// over the memory-mapped matrix, so that N × d need not fit; holds 12 bytes a row. Deterministic for equal settings, seed, device and threads.
/// </summary>
public static class KMeans
{
    /// <param name="matrix">The rows; by cosine, a row of zeros is at 0 from everything and falls to the first centroid.</param>
    /// <param name="settings">K and how to search.</param>
    /// <param name="seed">Whence the seedings and the mini-batches are derived.</param>
    /// <param name="device">Where the products run.</param>
    /// <param name="resume">Where to go on; null for the beginning.</param>
    /// <param name="observe">Called after every update of the centroids with what a checkpoint needs; may throw to stop.</param>
    /// <exception cref="UserInputException">K is larger than the number of rows.</exception>
    /// <exception cref="InvalidDataException">A row that holds NaN or infinity; names it.</exception>
    public static KMeansResult Fit(
        FeatureMatrix matrix, KMeansSettings settings, ulong seed, Device device, KMeansState? resume = null, Action<KMeansState>? observe = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Clusters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Restarts, 1);
        if (settings.Clusters > matrix.Rows)
        {
            throw new UserInputException(
                $"k-means cannot make K = {settings.Clusters} clusters of N = {matrix.Rows} images: set '{settings.Setting}' to at most {matrix.Rows}, or give more images");
        }

        return Fit(matrix, null, RowGeometry.Of(matrix, settings.Metric), settings, seed, device, resume, observe);
    }

    /// <summary>The same among some of the rows, or all; the assignment is by position among them.</summary>
    internal static KMeansResult Fit(
        FeatureMatrix matrix, int[]? rows, RowGeometry geometry, KMeansSettings settings, ulong seed, Device device, KMeansState? resume, Action<KMeansState>? observe)
    {
        using var noGrad = no_grad();
        var search = new KMeansSearch(matrix, rows, geometry, settings, device);
        var state = resume ?? KMeansState.Start;
        while (state.Restart < settings.Restarts)
        {
            var run = search.Run(state, DerivedSeed.Of(seed, "k-means", $"{state.Restart}"), observe);
            // The first of equals is kept.
            var best = state.Best is { } before && before.Inertia <= run.Inertia ? before : run;
            state = new KMeansState(state.Restart + 1, 0, null, [], best);
            observe?.Invoke(state);
        }
        return new KMeansResult(state.Best!, search.Assign(state.Best!.Centroids));
    }
}
