using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Objectives;

/// <summary>
/// SimCLR's NT-Xent [simclr]: for each of the 2B projections of a batch a softmax over the cosine similarities with the other 2B − 1, of
/// which the other view of the same image is the right one. No target network. L = L(v, v′) + L(v′, v), each a mean over the B images, as
/// its authors' public code adds them: twice the mean over all 2B.
/// </summary>
public sealed class SimClr : IObjective
{
    private static readonly Scalar Never = double.NegativeInfinity;
    private readonly double _temperature;

    /// <param name="temperature">Divides the similarities; positive; 0.1 [simclr].</param>
    public SimClr(double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        _temperature = temperature;
    }

    public bool UsesTarget => false;

    public Mlp? Predictor => null;

    /// <inheritdoc/>
    /// <remarks>Computed in single precision (double for double inputs), whatever autocast made of the projections.</remarks>
    public Tensor Loss(TwoViews online, TwoViews target)
    {
        using var scope = NewDisposeScope();
        using Scalar temperature = _temperature;
        var batch = online.First.shape[0];
        var others = new long[2 * batch];
        for (var i = 0; i < others.Length; i++)
            others[i] = (i + batch) % others.Length;
        var labels = HostTensor.Of(others).to(online.First.device);
        var unit = online.Unit();
        var all = cat([unit.First, unit.Second]);
        var self = eye(others.Length, dtype: ScalarType.Bool, device: all.device);
        var similarities = all.div(temperature).mm(all.t()).masked_fill(self, Never);
        return nn.functional.cross_entropy(similarities, labels).mul(Scalars.Two).MoveToOuterDisposeScope();
    }
}
