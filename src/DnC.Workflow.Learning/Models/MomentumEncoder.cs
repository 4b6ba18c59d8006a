using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Models;

/// <summary>
/// The target network: θ′ ← τθ′ + (1 − τ)θ after each step [paper, E]. It has no gradient and runs in train mode, by its own batch
/// statistics; its BatchNorm buffers are the online network's [ours].
/// </summary>
public sealed class MomentumEncoder : IDisposable
{
    private readonly (Parameter Target, Parameter Online)[] _parameters;
    private readonly (Tensor Target, Tensor Online)[] _buffers;

    /// <summary>A copy of <paramref name="online"/>, on its device.</summary>
    public MomentumEncoder(Encoder online)
    {
        ArgumentNullException.ThrowIfNull(online);
        Network = online.Copy();
        _parameters = [.. Network.parameters().Zip(online.parameters())];
        _buffers = [.. Network.buffers().Zip(online.buffers())];
        foreach (var (target, _) in _parameters)
            target.requires_grad_(false);
    }

    /// <summary>The target network itself, for checkpoints.</summary>
    public Encoder Network { get; }

    /// <summary>Images (N, 3, S, S) → projection (N, projection), outside the gradient's graph.</summary>
    public Tensor Project(Tensor images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Network.Embed(images).Projection.MoveToOuterDisposeScope();
    }

    /// <summary>Moves the target towards the online network.</summary>
    /// <param name="momentum">τ in [0, 1]: the part of the target that stays.</param>
    public void Update(double momentum)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Scalar stays = momentum, comes = 1 - momentum;
        foreach (var (target, online) in _parameters)
            target.mul_(stays).add_(online, comes);
        foreach (var (target, online) in _buffers)
            target.copy_(online);
    }

    public void Dispose() => Network.Dispose();
}
