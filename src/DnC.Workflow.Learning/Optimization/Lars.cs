using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Optimization;

/// <summary>
/// LARS (You et al. 2017) in BYOL's order, as its authors' public code has it: d = g + λθ; for weights d ← d·κ‖θ‖/‖d‖ (where both norms
/// are positive); b ← μb + d; θ ← θ − η·b. The learning rate stays outside the momentum buffer.
/// </summary>
public sealed class Lars : IOptimizer
{
    /// <summary>κ [byol].</summary>
    public const double DefaultTrust = 1e-3;

    private readonly OptimizerMemory _memory;
    private readonly double _momentum;
    private readonly double _weightDecay;
    private readonly double _trust;

    /// <param name="parameters">What to train. Biases and BatchNorm have neither adaptation nor decay.</param>
    /// <param name="momentum">μ in [0, 1); 0.9 [byol].</param>
    /// <param name="weightDecay">λ; 1.5e-6 [paper, E].</param>
    /// <param name="trust">κ, the trust coefficient.</param>
    public Lars(IEnumerable<OptimizedParameter> parameters, double momentum, double weightDecay, double trust = DefaultTrust)
    {
        _memory = new OptimizerMemory(parameters, "momentum");
        (_momentum, _weightDecay, _trust) = (momentum, weightDecay, trust);
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
            var buffer = state[0].mul_(momentum);
            if (parameter.IsWeight)
            {
                var update = gradient.add_(parameter.Value, decay);
                buffer.addcmul_(update, Adaptation(parameter.Value, update), Scalars.One);
            }
            else
            {
                buffer.add_(gradient, Scalars.One);
            }
            parameter.Value.add_(buffer, step);
        }
    }

    public void ZeroGradients() => _memory.ZeroGradients();

    public void Dispose() => _memory.Dispose();

    /// <summary>κ‖θ‖/‖d‖ as a tensor, so that no step waits for the device; 1 where a norm is zero.</summary>
    private Tensor Adaptation(Tensor weight, Tensor update)
    {
        var (weightNorm, updateNorm) = (weight.norm(), update.norm());
        using Scalar trust = _trust;
        var ratio = weightNorm.mul(trust).div_(updateNorm);
        return where(weightNorm.mul_(updateNorm) > Scalars.Zero, ratio, ones_like(ratio));
    }
}
