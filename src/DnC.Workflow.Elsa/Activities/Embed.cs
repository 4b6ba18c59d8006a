using Elsa.Workflows;
using Elsa.Workflows.Attributes;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>Embeds the images with the base model.</summary>
[Activity("DnC", "Divide and Contrast", "Embeds the images with the base model.", DisplayName = "Embed")]
public sealed class Embed : StageActivity
{
    /// <inheritdoc/>
    protected override string StageOf(ActivityExecutionContext context) => "embed";
}
