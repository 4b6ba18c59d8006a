using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Optimization;

/// <summary>Descent with a momentum buffer b for each parameter, into which the learning rate does not go: θ ← θ − η·(a direction that b gives).</summary>
public abstract class MomentumOptimizer : IOptimizer
{
    private readonly OptimizerMemory _memory;
    private readonly double _momentum;
    private readonly double _weightDecay;

    /// <param name="parameters">What to train.</param>
    /// <param name="momentum">μ in [0, 1).</param>
    /// <param name="weightDecay">λ, for weights alone.</param>
    protected MomentumOptimizer(IEnumerable<OptimizedParameter> parameters, double momentum, double weightDecay)
    {
        _memory = new OptimizerMemory(parameters, "momentum");
        (_momentum, _weightDecay) = (momentum, weightDecay);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> State => _memory.State;

    /// <inheritdoc/>
    public void Step(double learningRate)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Scalar momentum = _momentum, decay = _weightDecay;
        foreach (var (parameter, gradient, state) in _memory.WithGradient())
        {
            using Scalar step = -learningRate * parameter.RateScale;
            parameter.Value.add_(Direction(parameter, gradient, state[0].mul_(momentum), momentum, decay), step);
        }
    }

    /// <inheritdoc/>
    public void ZeroGradients() => _memory.ZeroGradients();

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Completes the buffer in place and says what the parameter moves along.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">g; may be changed.</param>
    /// <param name="buffer">μb, live.</param>
    /// <param name="momentum">μ.</param>
    /// <param name="decay">λ.</param>
    protected abstract Tensor Direction(OptimizedParameter parameter, Tensor gradient, Tensor buffer, Scalar momentum, Scalar decay);
}
