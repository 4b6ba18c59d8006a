using DnC.Workflow.Stages.Plan;
using Elsa.Workflows;
using Elsa.Workflows.Attributes;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>Distils base and experts into one model.</summary>
[Activity("DnC", "Divide and Contrast", "Distils the base and the experts into one model.", DisplayName = "Distill")]
public sealed class Distill : StageActivity
{
    /// <inheritdoc/>
    protected override string StageOf(ActivityExecutionContext context) => Planner.FinalStage(rounds: 1);
}
