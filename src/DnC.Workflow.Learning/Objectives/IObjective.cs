using DnC.Workflow.Learning.Models;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Objectives;

/// <summary>A self-supervised objective on two views of each image.</summary>
public interface IObjective
{
    /// <summary>Whether the online projections are compared with those of a target network that follows by momentum.</summary>
    bool UsesTarget { get; }

    /// <summary>
    /// A network of the objective's own on the online projections, (B, d) → (B, d), trained and checkpointed with the encoder and no part of
    /// the model that is handed on; null where there is none. Whoever made the objective disposes of it.
    /// </summary>
    Mlp? Predictor { get; }

    /// <summary>The loss of a batch, a scalar with gradient.</summary>
    /// <param name="online">Projections of the network that is trained, after the <see cref="Predictor"/> where there is one.</param>
    /// <param name="target">Projections of the target network, without gradient; the online ones where <see cref="UsesTarget"/> is false.</param>
    Tensor Loss(TwoViews online, TwoViews target);
}
