using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Distillation;

/// <summary>What the teachers say of one batch; unit rows, float32, without gradient.</summary>
/// <param name="Base">(B, d) in the batch's order; null if the base is no target.</param>
/// <param name="Experts">(B, d) in the order of <see cref="ClusterGroups.Order"/>, each row by the expert of its cluster; null if experts are no target.</param>
public readonly record struct TeacherTargets(Tensor? Base, Tensor? Experts);

/// <summary>Where a batch's targets come from.</summary>
public interface ITeachers
{
    /// <summary>The targets of one view of a batch.</summary>
    /// <param name="view">(B, 3, S, S): what the student sees.</param>
    /// <param name="images">By place in the batch: the image's index in the data set.</param>
    /// <param name="groups">The batch by cluster.</param>
    TeacherTargets Targets(Tensor view, ReadOnlySpan<int> images, ClusterGroups groups);
}
