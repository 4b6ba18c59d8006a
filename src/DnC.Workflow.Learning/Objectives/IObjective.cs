using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Objectives;

/// <summary>A network's projections of the two views of one batch: row i of both belongs to image i.</summary>
/// <param name="First">(B, d), not normalised.</param>
/// <param name="Second">(B, d), not normalised.</param>
public readonly record struct TwoViews(Tensor First, Tensor Second);

/// <summary>A self-supervised objective on two views of each image.</summary>
public interface IObjective
{
    /// <summary>Whether the online projections are compared with those of a target network that follows by momentum.</summary>
    bool UsesTarget { get; }

    /// <summary>A network of the objective's own on the online projections, trained and checkpointed with the encoder; null where there is none.</summary>
    nn.Module<Tensor, Tensor>? Predictor { get; }

    /// <summary>The loss of a batch, a scalar with gradient.</summary>
    /// <param name="online">Projections of the network that is trained.</param>
    /// <param name="target">Projections of the target network, without gradient; the online ones where <see cref="UsesTarget"/> is false.</param>
    Tensor Loss(TwoViews online, TwoViews target);
}
