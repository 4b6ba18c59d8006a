using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Elsa.Workflows;
using Microsoft.Extensions.Options;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>Starting the run of a workflow instance: its correlation id is the run's id, and the same instance never starts two.</summary>
internal static class RunInputs
{
    /// <summary>Starts the run, or finds the one that this instance has started.</summary>
    /// <param name="context">The activity.</param>
    /// <param name="runs">Where.</param>
    /// <param name="source">What to run.</param>
    /// <param name="noCache">Whether results of earlier runs are left alone.</param>
    /// <exception cref="UserInputException">Anything is wrong with it. Nothing is submitted.</exception>
    public static string Start(ActivityExecutionContext context, RunService runs, RunSource source, bool noCache)
    {
        // A loop back to the first activity, or a burst that a crash has repeated, means the same run.
        var workflow = context.WorkflowExecutionContext;
        var options = context.GetRequiredService<IOptions<DivideAndContrastOptions>>().Value;
        var request = RequestName.OfRun(options.Name, workflow.Id);
        if (runs.FindRequested(request) is { } known)
            return workflow.CorrelationId = known;
        var id = RunId.Check(workflow.CorrelationId is { Length: > 0 } given ? given : workflow.Id);

        // Gated in any case: a run whose workflow is never stored begins nothing, and is cancelled by the audit.
        runs.Start(source.Submission(new NamedSpecs(options.SpecFolder), request) with { Id = id, Gated = true, NoCache = noCache });
        return workflow.CorrelationId = id;
    }
}
