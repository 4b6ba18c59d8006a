using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Objectives;

/// <summary>
/// MoCLR [paper, 3.1]: InfoNCE over cosine similarities. For the online projection of one view the positive is the target's projection
/// of the other view of the same image, the negatives are the target's of the batch's other images; L = L(v, v′) + L(v′, v).
/// </summary>
public sealed class MoClr : IObjective
{
    private readonly double _temperature;

    /// <param name="temperature">Divides the similarities; positive. The paper states none, 0.1 is SimCLR's.</param>
    public MoClr(double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        _temperature = temperature;
    }

    public bool UsesTarget => true;

    public Mlp? Predictor => null;

    /// <inheritdoc/>
    /// <remarks>Computed in single precision (double for double inputs), whatever autocast made of the projections.</remarks>
    public Tensor Loss(TwoViews online, TwoViews target)
    {
        using var scope = NewDisposeScope();
        var rows = new long[online.First.shape[0]];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = i;
        var labels = HostTensor.Of(rows).to(online.First.device);
        var (own, others) = (online.Unit(), target.Unit());
        var loss = InfoNce(own.First, others.Second, labels).add(InfoNce(own.Second, others.First, labels), Scalars.One);
        return loss.MoveToOuterDisposeScope();
    }

    private Tensor InfoNce(Tensor online, Tensor target, Tensor labels)
    {
        using Scalar temperature = _temperature;
        return nn.functional.cross_entropy(online.div(temperature).mm(target.t()), labels);
    }
}
