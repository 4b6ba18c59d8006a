using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Elsa.Extensions;
using Elsa.Workflows;
using Elsa.Workflows.Attributes;
using Elsa.Workflows.Models;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>Does a stage of any run again, and of what follows what its new output makes stale; ends with the stage.</summary>
[Activity("DnC", "Divide and Contrast", "Does a stage of a run again, and of what follows what its new output makes stale.", DisplayName = "Re-run stage")]
public sealed class RerunStage : StageActivity
{
    /// <summary>Makes one that does again what has succeeded, too.</summary>
    public RerunStage() => IfEnded = new(Stages.Ports.IfEnded.Redo);

    /// <summary>The stage's name.</summary>
    [Input(DisplayName = "Stage", Order = 6, Description = "The stage's name: base, embed, cluster, expert[0], distill, evaluate[dnc] … Empty: what has failed goes on.")]
    public Input<string?> Stage { get; set; } = new(default(string));

    /// <inheritdoc/>
    protected override string StageOf(ActivityExecutionContext context) => context.Get(Stage)!;

    /// <inheritdoc/>
    protected override Waiting Ask(ActivityExecutionContext context, RunService runs, string run)
    {
        if (string.IsNullOrEmpty(context.Get(Stage)))
        {
            if (Wants(context) != StageWants.AsPlanned)
                throw new UserInputException("A resource class or a time limit is given to a stage: name it.");
            return Waiting.For(new RunWatch { Run = run, RequestId = RequestOf(context), Listener = Server(context), ContinueFailed = true }, forAll: null);
        }

        // A person wants this: also of a run that was cancelled.
        var waiting = base.Ask(context, runs, run);
        return waiting with { Stage = waiting.Stage! with { Revive = true } };
    }
}
