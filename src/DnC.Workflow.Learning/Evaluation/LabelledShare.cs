using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>The few images whose labels a fine-tuning may see.</summary>
public static class LabelledShare
{
    /// <summary>
    /// Of each class the share of images whose ids hash lowest, rounded down, at least one: by its id alone, so that what is drawn for a share is
    /// part of what is drawn for a larger one. [ours; the paper takes published lists of ImageNet's files]
    /// </summary>
    /// <param name="ids">By row: the image's id.</param>
    /// <param name="labels">By row: its class.</param>
    /// <param name="rows">The rows to draw from.</param>
    /// <param name="share">Above 0, up to 1.</param>
    /// <returns>Rising.</returns>
    public static int[] Draw(IReadOnlyList<string> ids, IReadOnlyList<int> labels, IReadOnlyList<int> rows, double share)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(rows);
        return
        [
            .. rows.GroupBy(row => labels[row])
                .SelectMany(own => own.OrderBy(row => DerivedRandom.HashOf(ids[row])).ThenBy(row => ids[row], StringComparer.Ordinal).Take(Math.Max(1, (int)(share * own.Count()))))
                .Order(),
        ];
    }
}
