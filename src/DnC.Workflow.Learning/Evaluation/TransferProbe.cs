using DnC.Workflow.Learning.Clustering;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>
/// Transfer as the paper measures it: logistic regression by L-BFGS on fixed features without augmentation, λ chosen on held-out rows among 45
/// values from 1e-6 to 1e5, equally far apart as logarithms, then fitted anew on all rows [paper, F].
/// </summary>
/// <param name="Fitted">On all rows, by the chosen strength.</param>
/// <param name="Strength">λ, by <see cref="LogisticRegression"/>'s definition [ours: the paper does not say whether of the sum or of the mean].</param>
public sealed record TransferProbe(LogisticRegression Fitted, double Strength) : IDisposable
{
    private static readonly Lbfgs Search = new();

    /// <summary>λ, falling: a search goes on from the one before it, and the strongest is found soonest.</summary>
    public static IReadOnlyList<double> Strengths { get; } = [.. Enumerable.Range(0, 45).Select(i => Math.Pow(10, 5 - (11.0 * i / 44)))];

    /// <summary>Chooses λ and fits. Of strengths that are equally good on the held-out rows, the largest is taken.</summary>
    /// <param name="features">(N, d).</param>
    /// <param name="labels">By row: its class, 0 or more.</param>
    /// <param name="ids">By row: the image's id, for the split.</param>
    /// <param name="validationShare">Share of the rows that chooses λ; 0 takes λ = 1.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="progress">Called with (fits done, fits in all) before each look at all rows; may throw to stop.</param>
    /// <exception cref="InvalidDataException">A row that holds NaN or infinity; names it.</exception>
    public static TransferProbe Fit(
        FeatureMatrix features, IReadOnlyList<int> labels, IReadOnlyList<string> ids, double validationShare, Device device, Action<int, int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        features.RequireFinite();
        var split = ValidationSplit.ByHash(ids, labels, validationShare);
        int[] all = [.. Enumerable.Range(0, features.Rows)];
        var sweep = split.Validation.Length == 0 ? [] : Strengths;
        var (best, strength) = (-1.0, 1.0);
        LogisticRegression? before = null;
        try
        {
            foreach (var (done, candidate) in sweep.Index())
            {
                var fitted = Fit(split.Fit, candidate, done, before);
                before?.Dispose();
                before = fitted;
                var accuracy = Accuracy.Of(fitted.Predict(features, split.Validation), [.. split.Validation.Select(row => labels[row])]).Share;
                if (accuracy > best)
                    (best, strength) = (accuracy, candidate);
            }
        }
        finally
        {
            before?.Dispose();
        }

        return new TransferProbe(Fit(all, strength, sweep.Count, null), strength);

        LogisticRegression Fit(int[] rows, double candidate, int done, LogisticRegression? from) =>
            LogisticRegression.Fit(features, labels, rows, candidate, Search, device, from, () => progress?.Invoke(done, sweep.Count + 1));
    }

    /// <inheritdoc/>
    public void Dispose() => Fitted.Dispose();
}
