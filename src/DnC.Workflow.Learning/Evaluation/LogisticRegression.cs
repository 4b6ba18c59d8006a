using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>
/// Multinomial logistic regression with an ℓ2 penalty on the weights, not on the biases: the minimum of
/// (Σ cross-entropy + λ/2·‖W‖²)/N by <see cref="Lbfgs"/> in float64. λ is scikit-learn's 1/C. Rows are read in blocks; none are kept.
/// </summary>
/// <remarks>
/// The search sees other variables of the same minimum, in which it is found sooner: features are centred by the rows it is fitted on, which the
/// biases take up, and each weight is multiplied by the square root of its curvature where all classes are equally likely.
/// </remarks>
public sealed class LogisticRegression : IDisposable
{
    private readonly Tensor _mean;
    private readonly int _classes;
    private readonly int _columns;
    private readonly Device _device;

    private LogisticRegression(Tensor mean, Tensor point, int classes, int columns, Device device, int iterations) =>
        (_mean, Point, _classes, _columns, _device, Iterations) = (mean, point, classes, columns, device, iterations);

    /// <summary>(C·d + C) float64: weights by class, then biases, of centred features.</summary>
    public Tensor Point { get; }

    /// <summary>Iterations that it took.</summary>
    public int Iterations { get; }

    /// <summary>Fits.</summary>
    /// <param name="features">(N, d).</param>
    /// <param name="labels">By row: its class, 0 or more.</param>
    /// <param name="rows">Which rows to fit on.</param>
    /// <param name="strength">λ.</param>
    /// <param name="search">The search.</param>
    /// <param name="device">Where the products run.</param>
    /// <param name="from">Where the search starts: a fit of the same features and rows at another λ; null: zeros.</param>
    /// <param name="looked">Called before each evaluation of the sum; may throw to stop.</param>
    public static LogisticRegression Fit(
        FeatureMatrix features, IReadOnlyList<int> labels, int[] rows, double strength, Lbfgs search, Device device, LogisticRegression? from = null, Action? looked = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(search);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(strength);
        var (classes, columns) = (labels.Max() + 1, features.Columns);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var blocks = new RowBlocks(features, device, rows);
        var (mean, variance) = Moments(blocks, columns, device);
        var truth = HostTensor.Of(Array.ConvertAll(rows, row => (long)labels[row])).to(device);
        var scale = Scale(variance, classes, strength / rows.Length);
        var (found, iterations) = search.Minimize((from?.Point ?? zeros_like(scale)).mul(scale), Value);
        return new LogisticRegression(mean.DetachFromDisposeScope(), found.div(scale).DetachFromDisposeScope(), classes, columns, device, iterations);

        (double Value, Tensor Gradient) Value(Tensor at)
        {
            looked?.Invoke();
            using var inner = NewDisposeScope();
            var point = at.div(scale);
            var (weights, biases) = (point.narrow(0, 0, classes * columns).view(classes, columns), point.narrow(0, classes * columns, classes));
            using Scalar penalty = strength / rows.Length, share = 1.0 / rows.Length;
            var gradient = zeros_like(point);
            var (ofWeights, ofBiases) = (gradient.narrow(0, 0, classes * columns).view(classes, columns), gradient.narrow(0, classes * columns, classes));
            ofWeights.add_(weights, penalty);
            var value = strength / 2 / rows.Length * weights.mul(weights).sum().item<double>();
            blocks.ForEach((first, block) =>
            {
                var centred = block.to(ScalarType.Float64).sub(mean);
                var own = truth.narrow(0, first, block.shape[0]).unsqueeze(1);
                var logs = nn.functional.log_softmax(nn.functional.linear(centred, weights, biases), 1);
                value -= logs.gather(1, own).sum().item<double>() / rows.Length;
                var wrong = logs.exp().scatter_add(1, own, ones_like(own, ScalarType.Float64).neg()).mul(share);
                ofWeights.add_(wrong.t().mm(centred), Scalars.One);
                ofBiases.add_(wrong.sum([0L]), Scalars.One);
            });
            return (value, gradient.div(scale).MoveToOuterDisposeScope());
        }
    }

    /// <summary>The most likely class of each of the rows; null: of all.</summary>
    public int[] Predict(FeatureMatrix features, int[]? rows = null)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var weights = Point.narrow(0, 0, _classes * _columns).view(_classes, _columns);
        var biases = Point.narrow(0, _classes * _columns, _classes);
        var blocks = new RowBlocks(features, _device, rows);
        var predicted = new int[blocks.Count];
        blocks.ForEach((first, block) =>
            nn.functional.linear(block.to(ScalarType.Float64).sub(_mean), weights, biases).argmax(1).to(ScalarType.Int32).cpu().data<int>().ToArray().CopyTo(predicted, first));
        return predicted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean.Dispose();
        Point.Dispose();
    }

    /// <summary>(d) means and variances.</summary>
    private static (Tensor Mean, Tensor Variance) Moments(RowBlocks blocks, int columns, Device device)
    {
        var (sum, squares) = (zeros(columns, ScalarType.Float64, device), zeros(columns, ScalarType.Float64, device));
        using Scalar count = blocks.Count;
        blocks.ForEach((_, block) => sum.add_(block.to(ScalarType.Float64).sum([0L]), Scalars.One));
        var mean = sum.div(count);
        blocks.ForEach((_, block) =>
        {
            var centred = block.to(ScalarType.Float64).sub(mean);
            squares.add_(centred.mul(centred).sum([0L]), Scalars.One);
        });
        return (mean, squares.div(count));
    }

    /// <summary>(C·d + C): what each variable of the search is of its weight or bias.</summary>
    private static Tensor Scale(Tensor variance, int classes, double penalty)
    {
        var even = (1.0 / classes) * (1 - (1.0 / classes));
        // A constant feature's weight stays 0, whatever its scale.
        using Scalar share = Math.Max(even, 1e-12), added = penalty, floor = 1e-12;
        var ofWeights = variance.mul(share).add(added, Scalars.One).add(floor, Scalars.One).sqrt();
        return cat([ofWeights.repeat(classes), ones(classes, ScalarType.Float64, variance.device).mul(share).sqrt()]);
    }
}
