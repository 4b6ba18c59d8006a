using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>One run of k-means after the other over the same rows: Lloyd, or mini-batches (Sculley 2010) ended by one step of Lloyd.</summary>
internal sealed class KMeansSearch(FeatureMatrix matrix, float[] inverseNorms, KMeansSettings settings, Device device)
{
    private readonly RowBlocks _all = new(matrix, device);

    public KMeansRun Run(KMeansState state, ulong seed, Action<KMeansState>? observe)
    {
        state = state with { Current = state.Current ?? Seeding.Choose(matrix, inverseNorms, settings, seed, device) };
        return Lloyd(settings.MiniBatch == 0 ? state : MiniBatches(state, seed, observe), observe);
    }

    /// <summary>By row: the nearest centroid.</summary>
    public int[] Assign(Centroids centroids)
    {
        using var scope = NewDisposeScope();
        using var pass = AssignmentPass.Run(_all, inverseNorms, centroids.To(device), sum: false);
        return pass.Labels;
    }

    /// <summary>
    /// The centroids that are returned are those of the last pass, so inertia and assignment belong to them. The sum of unit rows,
    /// normalised, is the unit vector of largest total cosine: no update can raise the inertia.
    /// </summary>
    private KMeansRun Lloyd(KMeansState state, Action<KMeansState>? observe)
    {
        var (centroids, inertias) = (state.Current!, state.Inertias.ToList());
        for (var iteration = state.Iteration; ; iteration++)
        {
            using var scope = NewDisposeScope();
            using var pass = AssignmentPass.Run(_all, inverseNorms, centroids.To(device), sum: true);
            inertias.Add(pass.Inertia);
            var settled = inertias.Count > 1 && inertias[^2] - pass.Inertia <= settings.Tolerance * pass.Inertia;
            if (iteration >= settings.UpdatesPerRun || settled)
                return new KMeansRun(centroids, inertias, state.Restart);
            EmptyClusters.Reseed(pass, _all, inverseNorms);
            centroids = Directions(pass.Sums, centroids);
            observe?.Invoke(state with { Iteration = iteration + 1, Current = centroids, Inertias = [.. inertias] });
        }
    }

    /// <summary>
    /// To the state after the last mini-batch. Each centroid is the direction of the sum of all rows it ever got: a mean whose rate falls as
    /// 1/rows.
    /// </summary>
    private KMeansState MiniBatches(KMeansState state, ulong seed, Action<KMeansState>? observe)
    {
        var rows = new MiniBatchRows(seed, matrix.Rows, settings.MiniBatch);
        var centroids = state.Current!;
        using var outer = NewDisposeScope();
        var sums = state.Sums is { } kept
            ? tensor(kept, centroids.Count, centroids.Dimension).to(device)
            : zeros(centroids.Count, centroids.Dimension, ScalarType.Float64, device);
        for (var iteration = state.Iteration; iteration < settings.MaxIterations; iteration++)
        {
            using var scope = NewDisposeScope();
            using var pass = AssignmentPass.Run(new RowBlocks(matrix, device, rows.Of(iteration)), inverseNorms, centroids.To(device), sum: true);
            sums.add_(pass.Sums, Scalars.One);
            centroids = Directions(sums, centroids);
            state = state with { Iteration = iteration + 1, Current = centroids, Sums = observe is null ? null : sums.cpu().data<double>().ToArray() };
            observe?.Invoke(state);
        }

        return state with { Sums = null };
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
