namespace DnC.Workflow.Learning.Evaluation;

/// <summary>How well clusters agree with labels, over the images that have one.</summary>
/// <param name="Images">Images with a label.</param>
/// <param name="Clusters">Clusters among them.</param>
/// <param name="Purity">Share of images in the majority class of their cluster.</param>
/// <param name="MutualInformation">In nats.</param>
/// <param name="Nmi">Mutual information over the mean of the two entropies, 0 to 1; 1 if both have one group alone, as scikit-learn has it.</param>
/// <param name="Accuracy">Share of right images when each cluster is given a class of its own in the best way.</param>
public sealed record ClusterQuality(int Images, int Clusters, double Purity, double MutualInformation, double Nmi, double Accuracy)
{
    /// <param name="clusters">By image: its cluster.</param>
    /// <param name="labels">By image: its class; below 0 if it has none.</param>
    /// <returns>Null if no image has a label.</returns>
    public static ClusterQuality? Of(ReadOnlySpan<int> clusters, ReadOnlySpan<int> labels)
    {
        if (clusters.Length != labels.Length)
            throw new ArgumentException($"{clusters.Length} clusters for {labels.Length} labels", nameof(clusters));
        var counts = Contingency(clusters, labels);
        var images = counts.Sum(row => row.Sum());
        if (images == 0)
            return null;
        double[] ofClusters = [.. counts.Select(row => (double)row.Sum())];
        double[] ofClasses = [.. Enumerable.Range(0, counts[0].Length).Select(c => (double)counts.Sum(row => row[c]))];
        var information = 0.0;
        for (var k = 0; k < counts.Length; k++)
        {
            for (var c = 0; c < ofClasses.Length; c++)
            {
                if (counts[k][c] > 0)
                    information += counts[k][c] / (double)images * Math.Log(counts[k][c] * (double)images / (ofClusters[k] * ofClasses[c]));
            }
        }
        var entropies = Entropy(ofClusters, images) + Entropy(ofClasses, images);
        var matched = Assignment.Best(counts).Select((c, k) => c < 0 ? 0 : counts[k][c]).Sum();
        return new ClusterQuality(
            images, counts.Length, counts.Sum(row => row.Max()) / (double)images, Math.Max(0, information),
            entropies > 0 ? Math.Clamp(2 * information / entropies, 0, 1) : 1, matched / (double)images);
    }

    /// <summary>Images by cluster and class, both numbered anew without gaps.</summary>
    private static int[][] Contingency(ReadOnlySpan<int> clusters, ReadOnlySpan<int> labels)
    {
        var pairs = new List<(int Cluster, int Label)>();
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= 0)
                pairs.Add((clusters[i], labels[i]));
        }
        var rows = pairs.Select(p => p.Cluster).Distinct().Order().Select((cluster, k) => (cluster, k)).ToDictionary(p => p.cluster, p => p.k);
        var columns = pairs.Select(p => p.Label).Distinct().Order().Select((label, c) => (label, c)).ToDictionary(p => p.label, p => p.c);
        var counts = new int[rows.Count][];
        for (var k = 0; k < counts.Length; k++)
            counts[k] = new int[columns.Count];
        foreach (var (cluster, label) in pairs)
            counts[rows[cluster]][columns[label]]++;
        return counts;
    }

    private static double Entropy(double[] sizes, double total) => -sizes.Sum(s => s / total * Math.Log(s / total));
}
