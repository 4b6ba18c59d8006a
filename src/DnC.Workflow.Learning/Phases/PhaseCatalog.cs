using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Learning.Phases;

/// <summary>The registration list of phases: a new one is a file of its own and a line here.</summary>
public static class PhaseCatalog
{
    /// <summary>One executor for each kind of stage.</summary>
    public static IReadOnlyList<IStageExecutor> All { get; } =
    [
        new BasePhase(), new EmbedPhase(), new ClusterPhase(), new PartitionPhase(), new ExpertPhase(), new DistillPhase(), new EvaluatePhase(), new FewLabelsPhase(), new WorthPhase(),
    ];
}
