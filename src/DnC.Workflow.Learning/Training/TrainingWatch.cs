using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Training;

/// <summary>Looks at what a training step made beside its loss, in those steps that the loop asks for. It changes nothing and draws nothing.</summary>
/// <param name="trained">The trained parameters.</param>
public sealed class TrainingWatch(IReadOnlyList<OptimizedParameter> trained)
{
    private bool _due;

    /// <summary>Euclidean norm of the gradient over all parameters, before any clipping or scaling; null where this step was not looked at.</summary>
    public double? GradientNorm { get; private set; }

    /// <summary>Effective rank of the batch's projections; null where this step was not looked at, or they are no finite numbers.</summary>
    public double? EmbeddingRank { get; private set; }

    /// <summary>Begins a step.</summary>
    /// <param name="due">Whether it is looked at.</param>
    public void Begin(bool due) => (_due, GradientNorm, EmbeddingRank) = (due, null, null);

    /// <summary>Takes the step's measures if it is due: after the backward pass and before the update.</summary>
    /// <param name="projections">(B, d) of one view.</param>
    public void Look(Tensor projections)
    {
        ArgumentNullException.ThrowIfNull(projections);
        if (!_due)
            return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var squares = trained.Select(p => p.Value.grad).OfType<Tensor>().Select(g => g.to(ScalarType.Float32)).Select(g => g.mul(g).sum()).ToArray();
        var norm = squares.Length == 0 ? 0 : Math.Sqrt(stack(squares).sum().item<float>());
        // JSON has no infinity; the loop says what is wrong with such a step.
        GradientNorm = double.IsFinite(norm) ? norm : null;
        EmbeddingRank = EffectiveRank.Of(projections);
    }
}
