namespace DnC.Workflow.Learning.Evaluation;

/// <summary>A share of right answers.</summary>
/// <param name="Share">0 to 1.</param>
/// <param name="Images">Out of how many.</param>
public readonly record struct Accuracy(double Share, int Images)
{
    /// <summary>In percent.</summary>
    public double Percent => 100 * Share;

    /// <summary>Binomial standard error √(p(1 − p)/n) in percentage points; of the choice of test images alone, not of training [ours].</summary>
    public double StandardError => 100 * Math.Sqrt(Share * (1 - Share) / Images);

    /// <summary>Top-1 accuracy.</summary>
    /// <exception cref="ArgumentException">No images, or another number of predictions.</exception>
    public static Accuracy Of(ReadOnlySpan<int> predicted, ReadOnlySpan<int> truth)
    {
        if (predicted.Length != truth.Length || truth.IsEmpty)
            throw new ArgumentException($"{predicted.Length} predictions for {truth.Length} images", nameof(predicted));
        var right = 0;
        for (var i = 0; i < truth.Length; i++)
            right += predicted[i] == truth[i] ? 1 : 0;
        return new Accuracy((double)right / truth.Length, truth.Length);
    }

    /// <summary>What a uniform guess among the classes of the labelled images hits: the row 'chance' of a table.</summary>
    /// <param name="labels">Classes of the images that a classifier learns from.</param>
    /// <param name="images">Test images.</param>
    public static Accuracy Chance(IReadOnlyCollection<int> labels, int images) => new(1.0 / labels.Distinct().Count(), images);
}
