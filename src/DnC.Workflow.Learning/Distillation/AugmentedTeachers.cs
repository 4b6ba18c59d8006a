using DnC.Workflow.Learning.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Distillation;

/// <summary>
/// Teachers that see the student's own augmented view [paper]: frozen, in eval mode, their projector outputs ℓ2-normalised. Of the experts
/// only those run whose cluster is in the batch, each on its own images.
/// </summary>
public sealed class AugmentedTeachers : ITeachers
{
    private readonly Encoder? _base;
    private readonly IReadOnlyList<Encoder> _experts;
    private readonly TargetChoice _choice;

    /// <param name="choice">Whose outputs are wanted.</param>
    /// <param name="baseModel">The base; may be null if it is no target.</param>
    /// <param name="experts">By cluster: its expert; may be empty if they are no target.</param>
    public AugmentedTeachers(TargetChoice choice, Encoder? baseModel, IReadOnlyList<Encoder> experts)
    {
        ArgumentNullException.ThrowIfNull(experts);
        if (choice.HasBase())
            ArgumentNullException.ThrowIfNull(baseModel);
        if (choice.HasExperts())
            ArgumentOutOfRangeException.ThrowIfZero(experts.Count, nameof(experts));
        (_choice, _base, _experts) = (choice, choice.HasBase() ? baseModel : null, choice.HasExperts() ? experts : []);
        foreach (var teacher in _experts.Concat(_base is null ? [] : [_base]))
            Freeze(teacher);
    }

    /// <summary>Eval mode, and no parameter asks for a gradient.</summary>
    public static void Freeze(Encoder teacher)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        teacher.eval();
        foreach (var parameter in teacher.parameters())
            parameter.requires_grad = false;
    }

    /// <summary>Images (n, 3, S, S) → unit projections (n, d), float32, without gradient: also what a cache of targets stores.</summary>
    /// <exception cref="InvalidOperationException">The teacher is in train mode.</exception>
    public static Tensor Target(Encoder teacher, Tensor images)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        if (teacher.training)
            throw new InvalidOperationException("a teacher is in train mode: its targets would depend on the batch");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var projection = teacher.Embed(images).Projection.to(ScalarType.Float32);
        return nn.functional.normalize(projection, dim: 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public TeacherTargets Targets(Tensor view, ReadOnlySpan<int> images, ClusterGroups groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var ofBase = _base is null ? null : Target(_base, view);
        return new TeacherTargets(ofBase, _choice.HasExperts() ? OfExperts(view, groups) : null);
    }

    private Tensor OfExperts(Tensor view, ClusterGroups groups)
    {
        using var scope = NewDisposeScope();
        var sorted = groups.Sort(view);
        var targets = groups.Groups.Select(g => g.Cluster < _experts.Count
            ? Target(_experts[g.Cluster], sorted.narrow(0, g.Start, g.Count))
            : throw new ArgumentOutOfRangeException(nameof(groups), g.Cluster, $"the batch has images of cluster {g.Cluster}; there are {_experts.Count} experts"));
        return cat([.. targets]).MoveToOuterDisposeScope();
    }
}
