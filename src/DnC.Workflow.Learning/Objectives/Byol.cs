using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Objectives;

/// <summary>
/// BYOL [byol]: a predictor on the online projection of one view regresses the target's projection of the other view, both of length 1:
/// ‖p̄ − z̄′‖² = 2 − 2cos(p, z′), a mean over the batch; L = L(v, v′) + L(v′, v). No negatives and no temperature.
/// </summary>
/// <remarks>
/// The projector is that of every objective here, with BatchNorm after its output [paper, figure 3], where BYOL's own has none. The predictor
/// has the projector's hidden width and no last BatchNorm [byol].
/// </remarks>
public sealed class Byol : IObjective
{
    /// <param name="predictor">(B, d) → (B, d), with its first weights.</param>
    public Byol(Mlp predictor)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        Predictor = predictor;
    }

    public bool UsesTarget => true;

    public Mlp Predictor { get; }

    /// <inheritdoc/>
    /// <remarks>Computed in single precision (double for double inputs), whatever autocast made of the projections.</remarks>
    public Tensor Loss(TwoViews online, TwoViews target)
    {
        using var scope = NewDisposeScope();
        var (predicted, wanted) = (online.Unit(), target.Unit());
        var loss = Distance(predicted.First, wanted.Second).add(Distance(predicted.Second, wanted.First), Scalars.One);
        return loss.MoveToOuterDisposeScope();
    }

    private static Tensor Distance(Tensor predicted, Tensor wanted)
    {
        var apart = predicted.add(wanted.neg(), Scalars.One);
        return apart.mul(apart).sum(1).mean();
    }
}
