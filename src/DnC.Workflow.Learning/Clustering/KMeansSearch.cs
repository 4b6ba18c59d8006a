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
        var lloyd = settings.MiniBatch == 0;
        var centroids = state.Current ?? Seeding.Choose(matrix, inverseNorms, settings, seed, device);
        if (!lloyd)
            centroids = MiniBatches(centroids, seed);
        return Lloyd(state with { Current = centroids }, lloyd ? settings.MaxIterations : 1, lloyd ? observe : null);
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
    private KMeansRun Lloyd(KMeansState state, int maxIterations, Action<KMeansState>? observe)
    {
        var (centroids, inertias) = (state.Current!, state.Inertias.ToList());
        for (var iteration = state.Iteration; ; iteration++)
        {
            using var scope = NewDisposeScope();
            using var pass = AssignmentPass.Run(_all, inverseNorms, centroids.To(device), sum: true);
            inertias.Add(pass.Inertia);
            var settled = inertias.Count > 1 && inertias[^2] - pass.Inertia <= settings.Tolerance * pass.Inertia;
            if (iteration >= maxIterations || settled)
                return new KMeansRun(centroids, inertias, state.Restart);
            EmptyClusters.Reseed(pass, _all, inverseNorms);
            centroids = Directions(pass.Sums, centroids);
            observe?.Invoke(state with { Iteration = iteration + 1, Current = centroids, Inertias = [.. inertias] });
        }
    }

    /// <summary>Each centroid is the direction of the sum of all rows it ever got: a mean whose rate falls as 1/rows.</summary>
    private Centroids MiniBatches(Centroids start, ulong seed)
    {
        var rows = new MiniBatchRows(seed, matrix.Rows, settings.MiniBatch);
        var centroids = start;
        using var outer = NewDisposeScope();
        var sums = zeros(start.Count, start.Dimension, ScalarType.Float64, device);
        for (var iteration = 0; iteration < settings.MaxIterations; iteration++)
        {
            using var scope = NewDisposeScope();
            using var pass = AssignmentPass.Run(new RowBlocks(matrix, device, rows.Of(iteration)), inverseNorms, centroids.To(device), sum: true);
            sums.add_(pass.Sums, Scalars.One);
            centroids = Directions(sums, centroids);
        }
        return centroids;
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
