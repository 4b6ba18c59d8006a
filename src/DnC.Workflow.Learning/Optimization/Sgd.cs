using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Optimization;

/// <summary>Stochastic gradient descent with momentum, as PyTorch's: d = g + λθ; b ← μb + d; θ ← θ − η·b, or by Nesterov η·(d + μb).</summary>
public sealed class Sgd : IOptimizer
{
    private readonly OptimizerMemory _memory;
    private readonly double _momentum;
    private readonly double _weightDecay;
    private readonly bool _nesterov;

    /// <param name="parameters">What to train.</param>
    /// <param name="momentum">μ in [0, 1).</param>
    /// <param name="weightDecay">λ, for weights alone.</param>
    /// <param name="nesterov">Whether the step looks ahead along the momentum.</param>
    public Sgd(IEnumerable<OptimizedParameter> parameters, double momentum, double weightDecay, bool nesterov = false)
    {
        _memory = new OptimizerMemory(parameters, "momentum");
        (_momentum, _weightDecay, _nesterov) = (momentum, weightDecay, nesterov);
    }

    public IReadOnlyDictionary<string, Tensor> State => _memory.State;

    public void Step(double learningRate)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Scalar momentum = _momentum, decay = _weightDecay;
        foreach (var (parameter, gradient, state) in _memory.WithGradient())
        {
            using Scalar step = -learningRate * parameter.RateScale;
            if (parameter.IsWeight && _weightDecay != 0)
                gradient.add_(parameter.Value, decay);
            var buffer = state[0].mul_(momentum).add_(gradient, Scalars.One);
            parameter.Value.add_(_nesterov ? gradient.add_(buffer, momentum) : buffer, step);
        }
    }

    public void ZeroGradients() => _memory.ZeroGradients();

    public void Dispose() => _memory.Dispose();
}
