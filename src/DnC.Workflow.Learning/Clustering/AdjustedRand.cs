namespace DnC.Workflow.Learning.Clustering;

/// <summary>The adjusted Rand index (Hubert and Arabie 1985; as in scikit-learn): how far two partitions agree on which pairs belong together.</summary>
public static class AdjustedRand
{
    /// <param name="a">By row: its cluster.</param>
    /// <param name="b">By row: its cluster in the other partition; the numbers need not correspond.</param>
    /// <returns>1 for equal partitions, about 0 for independent ones, below 0 for less agreement than chance has.</returns>
    /// <exception cref="ArgumentException">Partitions of different rows.</exception>
    public static double Of(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"{a.Length} rows in one partition, {b.Length} in the other", nameof(b));
        var (both, ofA, ofB) = (new Dictionary<(int, int), long>(), new Dictionary<int, long>(), new Dictionary<int, long>());
        for (var i = 0; i < a.Length; i++)
        {
            both[(a[i], b[i])] = both.GetValueOrDefault((a[i], b[i])) + 1;
            ofA[a[i]] = ofA.GetValueOrDefault(a[i]) + 1;
            ofB[b[i]] = ofB.GetValueOrDefault(b[i]) + 1;
        }

        var (together, pairsA, pairsB, pairs) = (Pairs(both.Values), Pairs(ofA.Values), Pairs(ofB.Values), Pairs([a.Length]));
        var chance = pairs > 0 ? pairsA * pairsB / pairs : 0;
        var most = (pairsA + pairsB) / 2;
        // Only where both partitions are one cluster, or both single rows: they are equal then.
        return most - chance == 0 ? 1 : (together - chance) / (most - chance);
    }

    private static double Pairs(IEnumerable<long> sizes) => sizes.Sum(n => n * (n - 1.0) / 2);
}
