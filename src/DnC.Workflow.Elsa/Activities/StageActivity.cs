using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Elsa.Extensions;
using Elsa.Workflows;
using Elsa.Workflows.Attributes;
using Elsa.Workflows.Models;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>
/// A stage of the run as an activity: it asks for the stage once the workflow's state is stored, ends its burst, and completes when the ledger
/// tells the stage's end. Outcomes: Done, Failed, Cancelled.
/// </summary>
public abstract class StageActivity : RunActivity
{
    /// <summary>The stage, as 'RUN/STAGE'.</summary>
    [Output(DisplayName = "Stage", Description = "The stage in the ledger: RUN/STAGE.")]
    public Output<string>? StageId { get; set; }

    /// <summary>Where the stage's artifact is in the store.</summary>
    [Output(Description = "Where the stage's artifact is in the artifact store.")]
    public Output<string?>? Artifact { get; set; }

    /// <summary>The stage's metrics.</summary>
    [Output(Description = "What the stage measured, by name.")]
    public Output<IDictionary<string, object>?>? Metrics { get; set; }

    /// <summary>The name of the stage in the run's graph.</summary>
    /// <exception cref="UserInputException">There is none.</exception>
    protected abstract string StageOf(ActivityExecutionContext context);

    /// <inheritdoc/>
    protected override Waiting Ask(ActivityExecutionContext context, RunService runs, string run)
    {
        var stage = StageOf(context);

        // A run that is about to be started has every stage that starts one.
        if (runs.FindSummary(run) is not null && runs.Get(run).Stages.All(s => s.Node.Name != stage))
            throw new UserInputException($"Run {run} has no stage '{stage}'.");
        context.Set(StageId, $"{run}/{stage}");
        return Waiting.For(new GateRequest
        {
            Run = run,
            Stage = stage,
            RequestId = RequestOf(context),
            Listener = Server(context),
            IfEnded = context.Get(IfEnded),
            Wants = Wants(context),
        });
    }

    /// <inheritdoc/>
    protected override void Show(ActivityExecutionContext context, RunService runs, RequestView answered)
    {
        context.Set(StageId, $"{answered.Run}/{answered.Stage}"); // once more: what an earlier burst has set, the record of the execution forgets
        context.Set(Artifact, answered.Output);
        if (answered.Key is { } key && runs.FindResult(key) is { } result)
            context.Set(Metrics, MetricValues.Of(result.Result.Metrics));
    }
}
