using System.Globalization;
using DnC.Workflow.Learning.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>
/// Several linear classifiers on the same batches, each at a learning rate of its own: a sweep reads the features once. Weights and
/// biases start at 0 [ours]: the loss is convex, and no draw is needed. SGD with Nesterov momentum as PyTorch's.
/// </summary>
public sealed class SoftmaxRegression : IDisposable
{
    private readonly Parameter[] _weights;
    private readonly Parameter[] _biases;
    private readonly Sgd _optimizer;

    /// <param name="dimension">Length of a row.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="rates">Learning rate of each classifier.</param>
    /// <param name="momentum">Momentum.</param>
    /// <param name="weightDecay">Weight decay, not for biases.</param>
    /// <param name="device">Where they live.</param>
    public SoftmaxRegression(int dimension, int classes, IReadOnlyList<double> rates, double momentum, double weightDecay, Device device)
    {
        ArgumentNullException.ThrowIfNull(rates);
        using var scope = NewDisposeScope();
        _weights = [.. rates.Select(_ => Zeros(classes, dimension))];
        _biases = [.. rates.Select(_ => Zeros(classes))];
        var parameters = rates.SelectMany((rate, i) => new[]
        {
            new OptimizedParameter(string.Create(CultureInfo.InvariantCulture, $"{i}.weight"), _weights[i], rate),
            new OptimizedParameter(string.Create(CultureInfo.InvariantCulture, $"{i}.bias"), _biases[i], rate),
        });
        _optimizer = new Sgd(parameters, momentum, weightDecay, nesterov: momentum > 0);

        Parameter Zeros(params long[] shape) => (Parameter)new Parameter(zeros(shape, device: device)).DetachFromDisposeScope();
    }

    /// <summary>Number of classifiers.</summary>
    public int Count => _weights.Length;

    /// <summary>(C, d) of one classifier.</summary>
    public Tensor Weight(int classifier) => _weights[classifier];

    /// <summary>(C) of one classifier.</summary>
    public Tensor Bias(int classifier) => _biases[classifier];

    /// <summary>One step of all classifiers: cross-entropy averaged over the batch.</summary>
    /// <param name="rows">(B, d).</param>
    /// <param name="classes">(B) int64.</param>
    /// <param name="schedule">Factor on each rate.</param>
    public void Step(Tensor rows, Tensor classes, double schedule)
    {
        using var scope = NewDisposeScope();
        var losses = Enumerable.Range(0, Count).Select(i => nn.functional.cross_entropy(Logits(i, rows), classes)).ToArray();
        _optimizer.ZeroGradients();
        stack(losses).sum().backward();
        _optimizer.Step(schedule);
    }

    /// <summary>(n, d) → (n) most likely classes.</summary>
    public int[] Predict(int classifier, Tensor rows)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Logits(classifier, rows).argmax(1).to(ScalarType.Int32).cpu().data<int>().ToArray();
    }

    /// <summary>Whether its weights are numbers still.</summary>
    public bool IsFinite(int classifier)
    {
        using var scope = NewDisposeScope();
        return _weights[classifier].isfinite().all().item<bool>() && _biases[classifier].isfinite().all().item<bool>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (var parameter in _weights.Concat(_biases))
            parameter.Dispose();
    }

    private Tensor Logits(int classifier, Tensor rows) => nn.functional.linear(rows, _weights[classifier], _biases[classifier]);
}
