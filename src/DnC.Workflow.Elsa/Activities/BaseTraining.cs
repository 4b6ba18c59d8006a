using Elsa.Extensions;
using Elsa.Workflows;
using Elsa.Workflows.Attributes;
using Elsa.Workflows.Models;
using Elsa.Workflows.UIHints;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>Plans the run of this workflow, and trains the base model on all images.</summary>
[Activity("DnC", "Divide and Contrast", "Plans the run, and trains the base model on all images.", DisplayName = "Base training")]
public sealed class BaseTraining : StageActivity
{
    /// <summary>The spec.</summary>
    [Input(
        Order = 0, UIHint = InputUIHints.MultiLine,
        Description = "The run's spec: the name of a ready one ('uncurated-small'), or JSON.")]
    public Input<string?> Spec { get; set; } = new(default(string));

    /// <summary>The images.</summary>
    [Input(Order = 1, Description = "The folder of images, as this server and the workers see it. Empty: as the spec says.")]
    public Input<string?> Data { get; set; } = new(default(string));

    /// <summary>Changes to the spec.</summary>
    [Input(Order = 2, UIHint = InputUIHints.MultiText, Description = "Settings that differ from the spec's: path=value, as 'base.epochs=10'.")]
    public Input<ICollection<string>?> Overrides { get; set; } = new(default(ICollection<string>));

    /// <summary>Whether earlier results are left alone.</summary>
    [Input(DisplayName = "No cache", Order = 3, Description = "Whether to leave results of earlier runs alone, and do everything anew.")]
    public Input<bool> NoCache { get; set; } = new(false);

    /// <inheritdoc/>
    protected override string StageOf(ActivityExecutionContext context) => "base";

    /// <inheritdoc/>
    protected override RunStart? StartOf(ActivityExecutionContext context) =>
        Start(context, new RunSource(context.Get(Spec), context.Get(Data), [.. context.Get(Overrides) ?? []]), context.Get(NoCache));
}
