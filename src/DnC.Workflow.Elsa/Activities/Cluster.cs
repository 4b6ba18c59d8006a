using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Ports;
using Elsa.Extensions;
using Elsa.Workflows;
using Elsa.Workflows.Attributes;
using Elsa.Workflows.Models;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>Divides the images into clusters.</summary>
[Activity("DnC", "Divide and Contrast", "Divides the images into clusters by k-means, and says which there are.", DisplayName = "Cluster")]
public sealed class Cluster : StageActivity
{
    /// <summary>The clusters that exist.</summary>
    [Output(Description = "The clusters that exist, as numbers from 0: what to fan out over.")]
    public Output<ICollection<object>?>? Clusters { get; set; }

    /// <inheritdoc/>
    protected override string StageOf(ActivityExecutionContext context) => "cluster";

    /// <inheritdoc/>
    protected override void Show(ActivityExecutionContext context, RunService runs, RequestView answered)
    {
        base.Show(context, runs, answered);
        // As objects: 'Parallel for each' goes over nothing else.
        context.Set(Clusters, answered.FanOut is { } count ? Enumerable.Range(0, count).Cast<object>().ToList() : null);
    }
}
