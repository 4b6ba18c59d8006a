using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Stages.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>
/// A linear classifier on fixed features: the rate is chosen on rows held out by a hash of their ids, then the classifier is fitted anew
/// on all rows [paper, E]. Features are standardised [ours]. Deterministic for equal seed, device and threads.
/// </summary>
public sealed class LinearProbe : IDisposable
{
    private readonly FeatureScale _scale;
    private readonly SoftmaxRegression _classifier;
    private readonly Device _device;

    private LinearProbe(FeatureScale scale, SoftmaxRegression classifier, Device device, double rate, IReadOnlyList<double?> validation)
    {
        (_scale, _classifier, _device, Rate, Validation) = (scale, classifier, device, rate, validation);
    }

    /// <summary>The base rate that was chosen.</summary>
    public double Rate { get; }

    /// <summary>By rate of the settings: the accuracy on the validation rows, 0 to 1; null if it diverged. Empty without validation rows.</summary>
    public IReadOnlyList<double?> Validation { get; }

    /// <summary>Chooses the rate and fits.</summary>
    /// <param name="features">(N, d).</param>
    /// <param name="labels">By row: its class, 0 or more.</param>
    /// <param name="ids">By row: the image's id, for the split.</param>
    /// <param name="settings">Length, batch, rates.</param>
    /// <param name="seed">Whence the order of the rows is derived.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="progress">Called with (steps done, steps in all) after every step; may throw to stop.</param>
    /// <exception cref="StageFailure">Every rate diverged.</exception>
    /// <exception cref="InvalidDataException">A row that holds NaN or infinity; names it.</exception>
    public static LinearProbe Fit(
        FeatureMatrix features, IReadOnlyList<int> labels, IReadOnlyList<string> ids, LinearProbeSettings settings, ulong seed, Device device,
        Action<long, long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(settings);
        if (features.Rows != labels.Count || features.Rows == 0)
            throw new ArgumentException($"{labels.Count} labels for the {features.Rows} rows of {features.Path}", nameof(labels));
        features.RequireFinite();
        var split = ValidationSplit.ByHash(ids, labels, settings.ValidationShare);
        int[] all = [.. Enumerable.Range(0, features.Rows)];
        var training = new ProbeTraining(features, labels, settings, seed, device);
        var sweep = split.Validation.Length == 0 || settings.Rates.Count == 1 ? 0 : training.Steps(split.Fit.Length);
        var total = sweep + training.Steps(all.Length);

        IReadOnlyList<double?> validation = [];
        if (sweep > 0)
        {
            using var candidates = Train(split.Fit, settings.Rates, 0);
            validation = [.. candidates.Accuracies(labels, features, split.Validation)];
        }
        // The first of the best.
        var rate = sweep == 0 ? settings.Rates[0] : validation.Zip(settings.Rates).MaxBy(v => v.First ?? -1).Second;
        var fitted = Train(all, [rate], sweep);
        if (!fitted._classifier.IsFinite(0))
        {
            fitted.Dispose();
            throw new StageFailure(
                $"the linear probe diverged at base rate {rate}: set smaller values in 'evaluate.linearRates' (now {string.Join(", ", settings.Rates)})", retryable: false);
        }
        return new LinearProbe(fitted._scale, fitted._classifier, device, rate, validation);

        LinearProbe Train(int[] rows, IReadOnlyList<double> rates, long done)
        {
            var (scale, classifier) = training.Run(rows, rates, step => progress?.Invoke(done + step, total));
            return new LinearProbe(scale, classifier, device, rates[0], []);
        }
    }

    /// <summary>The most likely class of every row.</summary>
    public int[] Predict(FeatureMatrix features)
    {
        ArgumentNullException.ThrowIfNull(features);
        features.RequireFinite();
        return Predict(0, new RowBlocks(features, _device));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scale.Dispose();
        _classifier.Dispose();
    }

    private int[] Predict(int classifier, RowBlocks rows)
    {
        var predicted = new int[rows.Count];
        rows.ForEach((first, block) => _classifier.Predict(classifier, _scale.Apply(block)).CopyTo(predicted, first));
        return predicted;
    }

    private IEnumerable<double?> Accuracies(IReadOnlyList<int> labels, FeatureMatrix features, int[] rows)
    {
        int[] truth = [.. rows.Select(row => labels[row])];
        for (var i = 0; i < _classifier.Count; i++)
            yield return _classifier.IsFinite(i) ? Accuracy.Of(Predict(i, new RowBlocks(features, _device, rows)), truth).Share : null;
    }
}
