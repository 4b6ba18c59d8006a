using System.Globalization;
using DnC.Workflow.Stages.Execution;
using Elsa.Extensions;
using Elsa.Workflows;
using Elsa.Workflows.Attributes;
using Elsa.Workflows.Models;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>Trains the expert of one cluster.</summary>
[Activity("DnC", "Divide and Contrast", "Trains the expert of one cluster, on its images alone.", DisplayName = "Train expert")]
public sealed class TrainExpert : StageActivity
{
    /// <summary>The cluster's number.</summary>
    [Input(DisplayName = "Cluster", Order = 0, Description = "The cluster's number, from 0: one of those that 'Cluster' found.")]
    public Input<int> Index { get; set; } = new(0);

    /// <inheritdoc/>
    protected override string StageOf(ActivityExecutionContext context) => context.Get(Index) is >= 0 and var index
        ? string.Create(CultureInfo.InvariantCulture, $"expert[{index}]")
        : throw new UserInputException($"{context.Get(Index)} is no cluster: they are numbered from 0.");
}
