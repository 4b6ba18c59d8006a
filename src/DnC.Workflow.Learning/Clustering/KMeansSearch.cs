using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>One run of k-means after the other over the same rows: Lloyd, or mini-batches (Sculley 2010) ended by one step of Lloyd.</summary>
internal sealed class KMeansSearch(FeatureMatrix matrix, int[]? rows, RowGeometry geometry, KMeansSettings settings, Device device)
{
    private readonly RowBlocks _all = new(matrix, device, rows);

    public KMeansRun Run(KMeansState state, ulong seed, Action<KMeansState>? observe)
    {
        state = state with { Current = state.Current ?? Seeding.Choose(matrix, rows, geometry, settings, seed, device) };
        return Lloyd(settings.MiniBatch == 0 ? state : MiniBatches(state, seed, observe), observe);
    }

    /// <summary>By row: the nearest centroid.</summary>
    public int[] Assign(Centroids centroids)
    {
        using var scope = NewDisposeScope();
        using var pass = AssignmentPass.Run(_all, geometry, centroids.To(device), sum: false);
        return pass.Labels;
    }

    /// <summary>
    /// The centroids that are returned are those of the last pass, so inertia and assignment belong to them. The sum of unit rows,
    /// normalised, is the unit vector of largest total cosine, and the mean is the point of least total distance: no update can raise the inertia.
    /// </summary>
    private KMeansRun Lloyd(KMeansState state, Action<KMeansState>? observe)
    {
        var (centroids, inertias) = (state.Current!, state.Inertias.ToList());
        for (var iteration = state.Iteration; ; iteration++)
        {
            using var scope = NewDisposeScope();
            using var pass = AssignmentPass.Run(_all, geometry, centroids.To(device), sum: true);
            inertias.Add(pass.Inertia);
            var settled = inertias.Count > 1 && inertias[^2] - pass.Inertia <= settings.Tolerance * pass.Inertia;
            if (iteration >= settings.UpdatesPerRun || settled)
                return new KMeansRun(centroids, inertias, state.Restart);
            EmptyClusters.Reseed(pass, _all, geometry);
            centroids = Next(pass.Sums, Array.ConvertAll(pass.Counts, c => (long)c), centroids);
            observe?.Invoke(state with { Iteration = iteration + 1, Current = centroids, Inertias = [.. inertias] });
        }
    }

    /// <summary>
    /// To the state after the last mini-batch. Each centroid is the mean of all rows it ever got, by cosine its direction: its rate falls as
    /// 1/rows.
    /// </summary>
    private KMeansState MiniBatches(KMeansState state, ulong seed, Action<KMeansState>? observe)
    {
        var batches = new MiniBatchRows(seed, _all.Count, settings.MiniBatch);
        var centroids = state.Current!;
        using var outer = NewDisposeScope();
        var sums = state.Sums is { } kept
            ? HostTensor.Of(kept, centroids.Count, centroids.Dimension).to(device)
            : zeros(centroids.Count, centroids.Dimension, ScalarType.Float64, device);
        var counts = state.Counts?.ToArray() ?? new long[centroids.Count];
        for (var iteration = state.Iteration; iteration < settings.MaxIterations; iteration++)
        {
            using var scope = NewDisposeScope();
            using var pass = AssignmentPass.Run(new RowBlocks(matrix, device, _all.RowsAt(batches.Of(iteration))), geometry, centroids.To(device), sum: true);
            sums.add_(pass.Sums, Scalars.One);
            for (var k = 0; k < counts.Length; k++)
                counts[k] += pass.Counts[k];
            centroids = Next(sums, counts, centroids);
            state = state with { Iteration = iteration + 1, Current = centroids };
            if (observe is not null)
                state = state with { Sums = sums.cpu().data<double>().ToArray(), Counts = geometry.Metric == ClusterMetric.Cosine ? null : [.. counts] };
            observe?.Invoke(state);
        }

        return state with { Sums = null, Counts = null };
    }

    private Centroids Next(Tensor sums, long[] counts, Centroids before) =>
        geometry.Metric == ClusterMetric.Cosine ? Directions(sums, before) : Means(sums, counts, before);

    /// <summary>Where a centroid got no rows it stays.</summary>
    private static Centroids Means(Tensor sums, long[] counts, Centroids before)
    {
        var rows = HostTensor.Of(counts, counts.Length, 1).to(ScalarType.Float64).to(sums.device);
        var means = where(rows > Scalars.Zero, sums / rows.clamp_min(Scalars.One), before.To(sums.device).to(ScalarType.Float64));
        return Centroids.From(means.to(ScalarType.Float32));
    }

    /// <summary>Unit vectors along the sums; where a sum has no direction (no rows, or rows that cancel) the centroid stays.</summary>
    private static Centroids Directions(Tensor sums, Centroids before)
    {
        using Scalar least = 1e-9;
        var lengths = sums.norm(1, keepdim: true);
        var directions = where(lengths > least, sums / lengths, before.To(sums.device).to(ScalarType.Float64));
        return Centroids.From(directions.to(ScalarType.Float32));
    }
}
