using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Optimization;

/// <summary>Stochastic gradient descent with momentum, as PyTorch's: d = g + λθ; b ← μb + d; θ ← θ − η·b, or by Nesterov η·(d + μb).</summary>
public sealed class Sgd : MomentumOptimizer
{
    private readonly bool _decays;
    private readonly bool _nesterov;

    /// <param name="parameters">What to train.</param>
    /// <param name="momentum">μ in [0, 1).</param>
    /// <param name="weightDecay">λ, for weights alone.</param>
    /// <param name="nesterov">Whether the step looks ahead along the momentum.</param>
    public Sgd(IEnumerable<OptimizedParameter> parameters, double momentum, double weightDecay, bool nesterov = false)
        : base(parameters, momentum, weightDecay) => (_decays, _nesterov) = (weightDecay != 0, nesterov);

    /// <inheritdoc/>
    protected override Tensor Direction(OptimizedParameter parameter, Tensor gradient, Tensor buffer, Scalar momentum, Scalar decay)
    {
        if (parameter.IsWeight && _decays)
            gradient.add_(parameter.Value, decay);
        buffer.add_(gradient, Scalars.One);
        return _nesterov ? gradient.add_(buffer, momentum) : buffer;
    }
}
