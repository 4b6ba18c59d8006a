using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using Elsa.Extensions;
using Elsa.Workflows;
using Elsa.Workflows.Attributes;
using Elsa.Workflows.Models;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>Waits until all of a run has ended, and answers its evaluation table.</summary>
public abstract class WholeRunActivity : RunActivity
{
    /// <summary>The run's id.</summary>
    [Output(DisplayName = "Run id", Description = "The run's id, as 'dnc status' takes it.")]
    public Output<string>? RunId { get; set; }

    /// <summary>The evaluation table.</summary>
    [Output(Description = "The evaluation table: rows of model, knn, knnStderr, linear and linearStderr, in percent.")]
    public Output<ICollection<object>?>? Evaluation { get; set; }

    /// <inheritdoc/>
    protected override Waiting Ask(ActivityExecutionContext context, RunService runs, string run)
    {
        context.Set(RunId, run);
        var wants = Wants(context);

        // Whoever comes here has nothing more to pace: what no activity stands for (the comparisons of the evaluation) goes on by itself.
        var waits = context.Get(IfEnded) == Stages.Ports.IfEnded.Wait;
        return Waiting.For(
            new RunWatch { Run = run, RequestId = RequestOf(context), Listener = Server(context), ContinueFailed = !waits, Patient = waits }, wants);
    }

    /// <inheritdoc/>
    protected override void Show(ActivityExecutionContext context, RunService runs, RequestView answered)
    {
        context.Set(RunId, answered.Run);
        var rows = runs.Get(answered.Run).Stages.Where(s => s.Node.Kind == "evaluate" && s.State.IsSatisfied() && s.Metrics is not null)
            .SelectMany(s => s.Metrics!.Value.TryGetProperty("rows", out var rows) ? rows.EnumerateArray().Select(r => MetricValues.Of(r, SpecJson.Options)!) : []);
        context.Set(Evaluation, rows.ToList());
    }
}
