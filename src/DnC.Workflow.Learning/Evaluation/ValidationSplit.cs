using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>Rows to learn from and rows to choose settings by.</summary>
/// <param name="Fit">Rising.</param>
/// <param name="Validation">Rising; disjoint from <paramref name="Fit"/>.</param>
public sealed record ValidationSplit(int[] Fit, int[] Validation)
{
    /// <summary>
    /// From each class the share of images whose ids hash lowest, rounded down, at least one where the class has two [ours]: an image's
    /// place depends on its id and its class's other ids, not on the order of the files.
    /// </summary>
    /// <param name="ids">By row: the image's id.</param>
    /// <param name="labels">By row: its class.</param>
    /// <param name="share">0 leaves no validation rows.</param>
    public static ValidationSplit ByHash(IReadOnlyList<string> ids, IReadOnlyList<int> labels, double share)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(labels);
        if (ids.Count != labels.Count)
            throw new ArgumentException($"{ids.Count} ids for {labels.Count} labels", nameof(ids));
        if (share == 0)
            return new ValidationSplit([.. Enumerable.Range(0, ids.Count)], []);
        var held = new HashSet<int>();
        foreach (var group in Enumerable.Range(0, ids.Count).GroupBy(row => labels[row]))
        {
            var rows = group.OrderBy(row => DerivedRandom.HashOf(ids[row])).ThenBy(row => ids[row], StringComparer.Ordinal).ToArray();
            var count = rows.Length < 2 ? 0 : Math.Max(1, (int)(share * rows.Length));
            held.UnionWith(rows.Take(count));
        }
        return new ValidationSplit([.. Enumerable.Range(0, ids.Count).Where(row => !held.Contains(row))], [.. held.Order()]);
    }
}
