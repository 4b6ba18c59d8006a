using DnC.Workflow.Learning.Native;
using DnC.Workflow.Stages.Keys;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Clustering;

/// <summary>Clusters of several centroids, none larger than a bound where that is possible.</summary>
/// <param name="Centroids">Those there were, with some divided into several.</param>
/// <param name="Assignment">By row: its nearest centroid.</param>
/// <param name="GroupOf">By centroid: its cluster.</param>
/// <param name="Passes">Passes over all rows that it took.</param>
/// <param name="Largest">Rows of the largest cluster: above the bound where more rows are alike than it allows.</param>
internal sealed record BoundedClusters(Centroids Centroids, int[] Assignment, int[] GroupOf, int Passes, int Largest);

/// <summary>
/// The largest size of a cluster [ours]: the centroid of one that is too large is divided by k-means among its rows into pieces of at most a
/// quarter of the bound, and pieces go over to the clusters that they fit to next best, until it holds no more than it may.
/// </summary>
/// <remarks>
/// A cluster stays a set of centroids and every image stays with its nearest centroid, those outside the sample too; their number stays K.
/// With a bound of 4/3 of an even split or more there always is a cluster with room: if none had a quarter of the bound left, they would hold
/// more rows than there are. A division changes the sizes around it, since rows of neighbours may be nearer to a new centroid.
/// </remarks>
internal sealed class ClusterBound(FeatureMatrix matrix, RowGeometry geometry, ulong seed, Device device, Action observe)
{
    // Each round divides what is too large still: pieces of k-means differ in size. More rounds mean rows that are alike.
    private const int Rounds = 8;
    private int _passes;

    public BoundedClusters Hold(Centroids centroids, int[] assignment, int[] groupOf, int maximum)
    {
        using var noGrad = no_grad();
        var piece = Math.Max(1, maximum / 4);
        for (var round = 0; round < Rounds; round++)
        {
            var sizes = SizesOf(assignment, centroids.Count);
            var groups = GroupSizes(sizes, groupOf);
            int[] large = [.. Enumerable.Range(0, centroids.Count).Where(c => groups[groupOf[c]] > maximum && sizes[c] > piece)];
            if (large.Length == 0)
                break;
            var (divided, parents) = Divide(centroids, assignment, sizes, large, piece, round);
            if (divided.Count == centroids.Count)
                break;
            (centroids, groupOf) = (divided, [.. parents.Select(p => groupOf[p])]);
            assignment = new KMeansSearch(matrix, null, geometry, new KMeansSettings(centroids.Count), device).Assign(centroids);
            _passes++;
            observe();
        }

        var pieces = SizesOf(assignment, centroids.Count);
        groupOf = Move(centroids, pieces, groupOf, maximum);
        return new BoundedClusters(centroids, assignment, groupOf, _passes, GroupSizes(pieces, groupOf).Max());
    }

    private static int[] SizesOf(int[] assignment, int centroids)
    {
        var sizes = new int[centroids];
        foreach (var centroid in assignment)
            sizes[centroid]++;
        return sizes;
    }

    private static int[] GroupSizes(int[] sizes, int[] groupOf)
    {
        var groups = new int[groupOf.Max() + 1];
        for (var c = 0; c < sizes.Length; c++)
            groups[groupOf[c]] += sizes[c];
        return groups;
    }

    /// <summary>With the large centroids replaced by those of their pieces, and for each centroid the one that it comes from.</summary>
    private (Centroids Centroids, List<int> Parents) Divide(Centroids centroids, int[] assignment, int[] sizes, int[] large, int piece, int round)
    {
        var (values, parents) = (new List<float>(centroids.Values.Length), new List<int>(centroids.Count));
        for (var c = 0; c < centroids.Count; c++)
        {
            var pieces = Array.BinarySearch(large, c) >= 0 ? Pieces(c) : null;
            values.AddRange(pieces is null ? centroids[c] : pieces.Values);
            parents.AddRange(Enumerable.Repeat(c, pieces?.Count ?? 1));
        }

        return (new Centroids([.. values], centroids.Dimension), parents);

        Centroids? Pieces(int c)
        {
            int[] rows = [.. Enumerable.Range(0, assignment.Length).Where(r => assignment[r] == c)];
            var settings = new KMeansSettings((int)Math.Min(rows.Length, Math.Ceiling(2.0 * sizes[c] / piece))) { Metric = geometry.Metric, Restarts = 1, MaxIterations = 10 };
            var found = KMeans.Fit(matrix, rows, geometry, settings, DerivedSeed.Of(seed, "bound", $"{round}", $"{c}"), device, null, _ => observe());
            int[] used = [.. found.Assignment.Distinct().Order()];
            return used.Length < 2 ? null : new Centroids([.. used.SelectMany(u => found.Centroids[u].ToArray())], centroids.Dimension);
        }
    }

    /// <summary>The pieces that lose least go first, each to a cluster that has room for it.</summary>
    private int[] Move(Centroids centroids, int[] sizes, int[] groupOf, int maximum)
    {
        var (moved, groups) = (groupOf.ToArray(), GroupSizes(sizes, groupOf));
        int[] candidates = [.. Enumerable.Range(0, sizes.Length).Where(c => groups[groupOf[c]] > maximum && sizes[c] > 0)];
        if (candidates.Length == 0)
            return moved;
        var nearness = Nearness(centroids, sizes, groupOf, groups.Length, candidates);
        var ordered = (from i in Enumerable.Range(0, candidates.Length)
                       from g in Enumerable.Range(0, groups.Length)
                       where g != groupOf[candidates[i]] && groups[g] > 0
                       orderby nearness[i, g] - nearness[i, groupOf[candidates[i]]] descending
                       select (Centroid: candidates[i], Group: g)).ToList();
        // A cluster that was too large itself has room only once its own pieces are gone.
        for (var again = true; again;)
        {
            again = false;
            foreach (var (c, g) in ordered)
            {
                var from = moved[c];
                if (from != groupOf[c] || groups[from] <= maximum || groups[g] + sizes[c] > maximum)
                    continue;
                (moved[c], again) = (g, true);
                groups[from] -= sizes[c];
                groups[g] += sizes[c];
            }
        }

        return moved;
    }

    /// <summary>By candidate and cluster: how near the candidate is to the cluster's mean.</summary>
    private float[,] Nearness(Centroids centroids, int[] sizes, int[] groupOf, int groups, int[] candidates)
    {
        using var scope = NewDisposeScope();
        using TorchSharp.Scalar two = 2, least = 1e-12;
        var all = centroids.To(device);
        var shares = new float[groups * sizes.Length];
        var totals = GroupSizes(sizes, groupOf);
        for (var c = 0; c < sizes.Length; c++)
            shares[(groupOf[c] * sizes.Length) + c] = (float)sizes[c] / Math.Max(1, totals[groupOf[c]]);
        var means = HostTensor.Of(shares, groups, sizes.Length).to(device).mm(all);
        if (geometry.Metric == ClusterMetric.Cosine)
            means = means / means.norm(1, keepdim: true).clamp_min(least);
        var chosen = all.index_select(0, HostTensor.Of(candidates).to(device));
        var scores = RowGeometry.Scores(geometry.Metric, chosen, means);
        if (geometry.Metric == ClusterMetric.Euclidean)
            scores = scores.mul(two) - chosen.mul(chosen).sum(1, keepdim: true);
        var values = scores.cpu().data<float>().ToArray();
        var nearness = new float[candidates.Length, groups];
        Buffer.BlockCopy(values, 0, nearness, 0, values.Length * sizeof(float));
        return nearness;
    }
}
