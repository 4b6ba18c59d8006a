namespace DnC.Workflow.Learning.Clustering;

/// <summary>Which centroids make which cluster.</summary>
/// <param name="ClusterOf">By centroid: its cluster, 0 to <see cref="Count"/> − 1.</param>
/// <param name="Sizes">By cluster: its images; the largest first.</param>
/// <param name="Metric">By what an image's centroid is the nearest one: 'euclidean'; null: by cosine.</param>
public sealed record ClusterMap(int[] ClusterOf, int[] Sizes, string? Metric = null)
{
    /// <summary>Clusters that exist: at most K.</summary>
    public int Count => Sizes.Length;

    /// <summary>From centroid to cluster, image by image.</summary>
    public int[] Apply(ReadOnlySpan<int> assignment)
    {
        var clusters = new int[assignment.Length];
        for (var i = 0; i < clusters.Length; i++)
            clusters[i] = ClusterOf[assignment[i]];
        return clusters;
    }
}

/// <summary>The least size of a cluster (beside its largest, <see cref="ClusterBound"/>) and the clusters' order [ours].</summary>
public static class ClusterSizes
{
    /// <summary>
    /// While a cluster has fewer than <paramref name="minimum"/> images, the smallest is united with the nearest other one, by
    /// their size-weighted mean centroids; so its images move together, and assignment to centroids stays valid. Then clusters are
    /// numbered by falling size, equal ones by their first image. Centroids without images belong to no cluster of their own.
    /// </summary>
    /// <param name="centroids">One or more for each cluster.</param>
    /// <param name="assignment">By image: the index of its centroid.</param>
    /// <param name="minimum">Images that a cluster must have; 0 or 1 unites the empty ones alone.</param>
    /// <param name="metric">By what means are near.</param>
    /// <param name="groupOf">By centroid: the cluster that it belongs to already; null: each to its own.</param>
    /// <param name="maximum">Images that a cluster may get by being united; a small one that fits nowhere stays.</param>
    public static ClusterMap Merge(
        Centroids centroids, ReadOnlySpan<int> assignment, int minimum, ClusterMetric metric = ClusterMetric.Cosine, int[]? groupOf = null, int maximum = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(centroids);
        var groups = new Group[centroids.Count];
        for (var k = 0; k < groups.Length; k++)
            groups[k] = new Group(k, centroids[k]);
        for (var image = assignment.Length - 1; image >= 0; image--)
        {
            groups[assignment[image]].Size++;
            groups[assignment[image]].FirstImage = image;
        }
        foreach (var group in groups)
            group.Weigh();
        var alive = Joined(groups, groupOf);
        var stuck = new HashSet<Group>();
        while (alive.Count > 1)
        {
            var smallest = alive.Where(g => !stuck.Contains(g)).MinBy(g => (g.Size, g.Centroids[0]));
            if (smallest is null || smallest.Size >= Math.Max(1, minimum))
                break;
            alive.Remove(smallest);
            var nearest = alive.Where(g => smallest.Size == 0 || g.Size <= maximum - smallest.Size)
                .MaxBy(g => metric == ClusterMetric.Cosine ? g.Cosine(smallest) : -g.Distance(smallest));
            if (nearest is not null)
                nearest.Absorb(smallest);
            else if (stuck.Add(smallest))
                alive.Add(smallest);
        }
        var ordered = alive.OrderByDescending(g => g.Size).ThenBy(g => g.FirstImage).ToArray();
        var clusterOf = new int[centroids.Count];
        for (var cluster = 0; cluster < ordered.Length; cluster++)
        {
            foreach (var centroid in ordered[cluster].Centroids)
                clusterOf[centroid] = cluster;
        }
        return new ClusterMap(clusterOf, [.. ordered.Select(g => g.Size)], metric == ClusterMetric.Cosine ? null : "euclidean");
    }

    private static List<Group> Joined(Group[] groups, int[]? groupOf)
    {
        if (groupOf is null)
            return [.. groups];
        var joined = groups.Index().GroupBy(g => groupOf[g.Index], g => g.Item).Select(g => g.ToList()).ToList();
        foreach (var members in joined)
            members[1..].ForEach(members[0].Absorb);
        return [.. joined.Select(members => members[0])];
    }

    private sealed class Group(int centroid, ReadOnlySpan<float> direction)
    {
        private readonly double[] _sum = Array.ConvertAll(direction.ToArray(), v => (double)v);

        public List<int> Centroids { get; } = [centroid];

        public int Size { get; set; }

        public int FirstImage { get; set; } = int.MaxValue;

        /// <summary>From unit vector to unit vector times size; one without images keeps its direction until it is absorbed.</summary>
        public void Weigh()
        {
            for (var i = 0; i < _sum.Length; i++)
                _sum[i] *= Math.Max(1, Size);
        }

        public void Absorb(Group other)
        {
            if (other.Size > 0)
            {
                for (var i = 0; i < _sum.Length; i++)
                    _sum[i] = Size > 0 ? _sum[i] + other._sum[i] : other._sum[i];
            }
            Centroids.AddRange(other.Centroids);
            Size += other.Size;
            FirstImage = Math.Min(FirstImage, other.FirstImage);
        }

        /// <summary>Squared distance of the means.</summary>
        public double Distance(Group other)
        {
            var distance = 0.0;
            for (var i = 0; i < _sum.Length; i++)
            {
                var difference = (_sum[i] / Math.Max(1, Size)) - (other._sum[i] / Math.Max(1, other.Size));
                distance += difference * difference;
            }

            return distance;
        }

        public double Cosine(Group other)
        {
            var (product, own, theirs) = (0.0, 0.0, 0.0);
            for (var i = 0; i < _sum.Length; i++)
            {
                product += _sum[i] * other._sum[i];
                own += _sum[i] * _sum[i];
                theirs += other._sum[i] * other._sum[i];
            }
            return own > 0 && theirs > 0 ? product / Math.Sqrt(own * theirs) : 0;
        }
    }
}
