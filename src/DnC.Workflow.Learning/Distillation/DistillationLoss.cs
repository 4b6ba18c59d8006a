using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Distillation;

/// <summary>
/// L(x) = ½‖r_b(z) − ẑ_b‖² + ½‖r_k(z) − ẑ_k‖², k the image's cluster, averaged over the batch [paper, 3.3]. With one kind of target alone,
/// that term alone.
/// </summary>
public static class DistillationLoss
{
    /// <summary>
    /// One view's loss. Of the experts' regressors each runs on its own images alone. The difference and its square are float32 also
    /// under autocast.
    /// </summary>
    /// <param name="regressors">The heads; their <see cref="Regressors.Targets"/> say which terms there are.</param>
    /// <param name="projections">z of the student: (B, d) with gradient, not normalised.</param>
    /// <param name="groups">The batch by cluster.</param>
    /// <param name="targets">What the teachers say of the same view.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Of(Regressors regressors, Tensor projections, ClusterGroups groups, TeacherTargets targets)
    {
        ArgumentNullException.ThrowIfNull(regressors);
        ArgumentNullException.ThrowIfNull(projections);
        ArgumentNullException.ThrowIfNull(groups);
        if (projections.shape[0] != groups.Count || groups.Count == 0)
            throw new ArgumentException($"{projections.shape[0]} projections, but clusters of {groups.Count}", nameof(projections));
        using var scope = NewDisposeScope();
        var squares = new List<Tensor>();
        if (regressors.Targets.HasBase())
            squares.Add(SquaredDistance(regressors.Base(projections), targets.Base ?? throw Missing("the base's")));
        if (regressors.Targets.HasExperts())
        {
            var sorted = groups.Sort(projections);
            var ofExperts = targets.Experts ?? throw Missing("the experts'");
            foreach (var group in groups.Groups)
            {
                var outputs = regressors.Expert(group.Cluster, sorted.narrow(0, group.Start, group.Count));
                squares.Add(SquaredDistance(outputs, ofExperts.narrow(0, group.Start, group.Count)));
            }
        }
        using Scalar halfMean = 0.5 / groups.Count;
        return stack(squares).sum().mul(halfMean).MoveToOuterDisposeScope();
    }

    private static Tensor SquaredDistance(Tensor outputs, Tensor targets) => (outputs.to(ScalarType.Float32) - targets).pow(Scalars.Two).sum();

    private static InvalidOperationException Missing(string whose) => new($"the regressors expect {whose} targets, and there are none");
}
