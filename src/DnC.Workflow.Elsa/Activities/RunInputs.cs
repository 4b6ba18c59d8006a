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
    /// <param name="gated">Whether its stages wait for activities.</param>
    /// <param name="noCache">Whether results of earlier runs are left alone.</param>
    /// <exception cref="UserInputException">Anything is wrong with it. Nothing is submitted.</exception>
    public static string Start(ActivityExecutionContext context, RunService runs, RunSource source, bool gated, bool noCache)
    {
        // A loop back to the first activity, or a burst that a crash has repeated, means the same run.
        var workflow = context.WorkflowExecutionContext;
        var request = RequestName.OfInstance(workflow.Id) + "run";
        if (runs.FindRequested(request) is { } known)
            return workflow.CorrelationId = known;
        var id = RunId.Check(workflow.CorrelationId is { Length: > 0 } given ? given : workflow.Id);
        var options = context.GetRequiredService<IOptions<DivideAndContrastOptions>>().Value;
        runs.Start(source.Submission(options.SpecFolder, request) with { Id = id, Gated = gated, NoCache = noCache });
        return workflow.CorrelationId = id;
    }
}
