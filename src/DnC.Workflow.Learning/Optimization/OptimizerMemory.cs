using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Optimization;

/// <summary>The parameters of one optimiser and the tensors it keeps for each of them, under names made of both.</summary>
internal sealed class OptimizerMemory : IDisposable
{
    private readonly (OptimizedParameter Parameter, Tensor[] Kept)[] _entries;
    private readonly Dictionary<string, Tensor> _state = new(StringComparer.Ordinal);

    /// <param name="parameters">With names that differ.</param>
    /// <param name="kinds">What is kept for each parameter; zero at first, and laid out in memory as the parameter is.</param>
    /// <exception cref="ArgumentException">Two parameters have one name.</exception>
    public OptimizerMemory(IEnumerable<OptimizedParameter> parameters, params string[] kinds)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using var noGrad = no_grad();
        _entries = [.. parameters.Select(p => (p, kinds.Select(k => Add($"{k}.{p.Name}", zeros_like(p.Value))).ToArray()))];
    }

    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>Keeps one more tensor. It outlives every dispose scope.</summary>
    public Tensor Add(string name, Tensor kept)
    {
        _state.Add(name, kept.DetachFromDisposeScope());
        return kept;
    }

    /// <summary>The parameters that have a gradient, in order, with what is kept for them. A step may change the gradients.</summary>
    public IEnumerable<(OptimizedParameter Parameter, Tensor Gradient, Tensor[] Kept)> WithGradient()
    {
        foreach (var (parameter, kept) in _entries)
        {
            if (parameter.Value.grad is { } gradient)
                yield return (parameter, gradient, kept);
        }
    }

    public void ZeroGradients()
    {
        foreach (var (parameter, _) in _entries)
            parameter.Value.grad = null;
    }

    public void Dispose()
    {
        foreach (var tensor in _state.Values)
            tensor.Dispose();
    }
}
