using System.Globalization;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Distillation;

/// <summary>
/// The regressors r_b and r_1 … r_K on the student's projection, each Linear → BatchNorm → ReLU → Linear, outputs not normalised
/// [paper, 3.3 and table 19]. Only those that the targets need are made. Dropped after training.
/// </summary>
/// <remarks>
/// BatchNorm has no batch statistics of a single row: a group of one image runs on the head's running statistics and leaves them as they
/// are [ours]. So every image counts, and small clusters need no special batches.
/// </remarks>
public sealed class Regressors : nn.Module
{
    /// <summary>Largest factor on the rate of the last layers' biases [ours].</summary>
    public const double LastBiasRate = 1.0 / 32;

    private readonly Mlp? _base;
    private readonly Mlp[] _experts;

    /// <param name="clusters">K: clusters that exist.</param>
    /// <param name="targets">Which heads are needed.</param>
    /// <param name="projection">Length of z and of the targets (256 in the paper).</param>
    /// <param name="hidden">Units of the hidden layers (4096 in the paper).</param>
    /// <param name="seed">Seed of the first weights.</param>
    /// <param name="lastLayerScale">Factor on the last layers' first weights and biases [ours]: 0.2 with SGD, 1 with LARS.</param>
    /// <param name="device">Where they live; the CPU if null.</param>
    public Regressors(int clusters, TargetChoice targets, int projection, int hidden, ulong seed, double lastLayerScale = 1, Device? device = null)
        : base(nameof(Regressors))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        Targets = targets;
        _base = targets.HasBase() ? Mlp.RegressionHead(projection, hidden, projection) : null;
        _experts = new Mlp[targets.HasExperts() ? clusters : 0];
        if (_base is not null)
            register_module("base", _base);
        for (var k = 0; k < _experts.Length; k++)
        {
            _experts[k] = Mlp.RegressionHead(projection, hidden, projection);
            register_module(string.Create(CultureInfo.InvariantCulture, $"expert{k}"), _experts[k]);
        }
        Initialization.FromSeed(this, seed);
        using (no_grad())
        using (Scalar factor = lastLayerScale)
        {
            foreach (var (name, parameter) in named_parameters())
            {
                if (IsLastLayer(name))
                    parameter.mul_(factor);
            }
        }
        if (device is not null)
            this.to(device);
    }

    /// <summary>Which heads there are.</summary>
    public TargetChoice Targets { get; }

    /// <summary>K, or 0 without experts' heads.</summary>
    public int Experts => _experts.Length;

    /// <summary>Multiply-accumulates for one row: of one head for each of its targets, since no row goes through other experts' heads.</summary>
    public long Macs => (_base?.Macs ?? 0) + (_experts.Length > 0 ? _experts[0].Macs : 0);

    /// <summary>(B, d) → (B, d): what the base's regressor makes of the projections.</summary>
    /// <exception cref="InvalidOperationException">The base is no target.</exception>
    public Tensor Base(Tensor projections) =>
        Apply(_base ?? throw new InvalidOperationException("the base is no target here: it has no regressor"), projections);

    /// <summary>(n, d) → (n, d): what cluster k's regressor makes of projections of its own images.</summary>
    public Tensor Expert(int cluster, Tensor projections)
    {
        if ((uint)cluster >= (uint)_experts.Length)
            throw new ArgumentOutOfRangeException(nameof(cluster), cluster, $"there are regressors of {_experts.Length} experts");
        return Apply(_experts[cluster], projections);
    }

    /// <summary>
    /// For the optimiser: the parameters, with the last layers' rates scaled. Un-normalised regression makes the curvature of their
    /// matrices grow with the hidden width: under plain SGD a scale of 1 diverges, 1/32 does not [ours]; LARS adapts to it and takes 1.
    /// </summary>
    /// <remarks>
    /// The bias's rate is scaled by at most <see cref="LastBiasRate"/> [ours]: its curvature is 1, LARS does not adapt biases, and descent
    /// with momentum 0.9 is stable below a rate of 3.8 only, where the paper's batch of 4096 asks for 4.8. Tried: it diverges without.
    /// </remarks>
    /// <param name="lastLayerRate">Factor on the rate of the last layers.</param>
    /// <param name="prefix">Before the names.</param>
    public IEnumerable<OptimizedParameter> Optimized(double lastLayerRate, string prefix = "regressors.")
    {
        return OptimizedParameter.Of(this, prefix).Select(p => !IsLastLayer(p.Name) ? p
            : p with { RateScale = p.IsWeight ? lastLayerRate : Math.Min(lastLayerRate, LastBiasRate) });
    }

    private static bool IsLastLayer(string name) => name.Contains(".linear2.", StringComparison.Ordinal);

    private static Tensor Apply(Mlp head, Tensor projections)
    {
        if (!head.training || projections.shape[0] > 1)
            return head.call(projections);
        head.eval();
        var outputs = head.call(projections);
        head.train();
        return outputs;
    }
}
