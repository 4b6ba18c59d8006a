using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Optimization;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch's: θ ← θ(1 − ηλ); m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²;
/// θ ← θ − η·m̂ / (√v̂ + ε), with m̂ and v̂ corrected for their start at zero.
/// </summary>
public sealed class AdamW : IOptimizer
{
    private const string Steps = "steps";
    private readonly OptimizerMemory _memory;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _weightDecay;
    private readonly double _epsilon;
    private readonly Tensor _steps;

    /// <param name="parameters">What to train.</param>
    /// <param name="beta1">β₁ in [0, 1).</param>
    /// <param name="beta2">β₂ in [0, 1).</param>
    /// <param name="weightDecay">λ, for weights alone.</param>
    /// <param name="epsilon">ε.</param>
    public AdamW(IEnumerable<OptimizedParameter> parameters, double weightDecay, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        _memory = new OptimizerMemory(parameters, "mean", "square");
        (_beta1, _beta2, _weightDecay, _epsilon) = (beta1, beta2, weightDecay, epsilon);
        _steps = _memory.Add(Steps, zeros(1, dtype: ScalarType.Int64));
    }

    public IReadOnlyDictionary<string, Tensor> State => _memory.State;

    public void Step(double learningRate)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var count = _steps.add_(Scalars.One, Scalars.One).item<long>();
        var correction1 = 1 - Math.Pow(_beta1, count);
        using Scalar beta1 = _beta1, beta2 = _beta2, rest1 = 1 - _beta1, rest2 = 1 - _beta2, epsilon = _epsilon;
        using Scalar correction2 = Math.Sqrt(1 - Math.Pow(_beta2, count));
        foreach (var (parameter, gradient, state) in _memory.WithGradient())
        {
            var rate = learningRate * parameter.RateScale;
            using Scalar step = -rate / correction1, keeps = 1 - rate * _weightDecay;
            if (parameter.IsWeight && _weightDecay != 0)
                parameter.Value.mul_(keeps);
            var mean = state[0].mul_(beta1).add_(gradient, rest1);
            var square = state[1].mul_(beta2).addcmul_(gradient, gradient, rest2);
            parameter.Value.addcdiv_(mean, square.sqrt().div_(correction2).add_(epsilon, Scalars.One), step);
        }
    }

    public void ZeroGradients() => _memory.ZeroGradients();

    public void Dispose() => _memory.Dispose();
}
