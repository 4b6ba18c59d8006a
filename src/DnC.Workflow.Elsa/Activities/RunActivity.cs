using System.Data.Common;
using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Elsa.Extensions;
using Elsa.Workflows;
using Elsa.Workflows.Activities.Flowchart.Attributes;
using Elsa.Workflows.Attributes;
using Elsa.Workflows.Models;
using Elsa.Workflows.Runtime;
using Elsa.Workflows.Runtime.Requests;
using Elsa.Workflows.UIHints;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>
/// Something that is asked of a run and answered later. A mistake of the user is the outcome Failed with its message, never a fault of the
/// workflow; what goes wrong with the asking itself is made up for by <see cref="FrontAudit"/>.
/// </summary>
[FlowNode(Done, Failed, Cancelled)]
public abstract class RunActivity : Activity
{
    private const string Done = "Done", Failed = "Failed", Cancelled = "Cancelled";

    /// <summary>The run, where it is not this workflow's own.</summary>
    [Input(DisplayName = "Run", Order = 5, Description = "The run's id. Empty: the run of this workflow, which has its correlation id.")]
    public Input<string?> Run { get; set; } = new(default(string));

    /// <summary>The resource class that runs it.</summary>
    [Input(DisplayName = "Resource class", Category = "Execution", Order = 10, Description = "The class of workers that runs it, as 'gpu' or 'cpu'; of what stands for several stages, all of them. Empty: as the spec says.")]
    public Input<string?> Resource { get; set; } = new(default(string));

    /// <summary>Minutes that an attempt may run.</summary>
    [Input(DisplayName = "Timeout (minutes)", Category = "Execution", Order = 11, Description = "How long one attempt may run; 0: any time. Empty: as the spec says.")]
    public Input<double?> TimeoutMinutes { get; set; } = new(default(double?));

    /// <summary>Minutes that it may wait for a worker.</summary>
    [Input(DisplayName = "Queue timeout (minutes)", Category = "Execution", Order = 12, Description = "How long it may wait for a worker; 0: any time. Empty: as the spec says.")]
    public Input<double?> QueueTimeoutMinutes { get; set; } = new(default(double?));

    /// <summary>What this means for what has failed before.</summary>
    [Input(
        DisplayName = "If it has failed before", Category = "Execution", Order = 13, UIHint = InputUIHints.DropDown, DefaultValue = Stages.Ports.IfEnded.GoOn,
        Description = "GoOn: from its last checkpoint, with fresh budgets. StartOver: from the start. Redo: from the start, even if it has succeeded. "
            + "Wait: until somebody else has it done again ('dnc resume', 'dnc rerun', the re-run workflow) and it succeeds.")]
    public Input<IfEnded> IfEnded { get; set; } = new(Stages.Ports.IfEnded.GoOn);

    /// <summary>Why it failed.</summary>
    [Output(Description = "Why it failed.")]
    public Output<string?>? Error { get; set; }

    /// <summary>The request's id: the same for the same execution of the activity, however often it is asked.</summary>
    protected static string RequestOf(ActivityExecutionContext context) => RequestName.Of(Server(context), context.WorkflowExecutionContext.Id, context.Id);

    /// <summary>The name that this server's workflows wait under.</summary>
    protected static string Server(ActivityExecutionContext context) => context.GetRequiredService<IOptions<DivideAndContrastOptions>>().Value.Name;

    /// <summary>How the stages are to be run otherwise than the spec says.</summary>
    /// <exception cref="UserInputException">An input is none.</exception>
    protected StageWants Wants(ActivityExecutionContext context) => new StageWants(
        context.Get(Resource) is { Length: > 0 } resource ? resource : null, context.Get(TimeoutMinutes), context.Get(QueueTimeoutMinutes)).Check();

    /// <summary>The run that is to be started first, or null where it is there: an activity that starts runs says which.</summary>
    /// <exception cref="UserInputException">Its spec is wrong.</exception>
    protected virtual RunStart? StartOf(ActivityExecutionContext context) => null;

    /// <summary>The run that this workflow starts, whose id is the correlation id; null where it is there, or to be there.</summary>
    protected RunStart? Start(ActivityExecutionContext context, RunSource source, bool noCache)
    {
        var saysNothing = source.Spec is not { Length: > 0 };
        if (context.Get(Run) is { Length: > 0 } || (saysNothing && context.Get(IfEnded) == Stages.Ports.IfEnded.Wait))
            return null;

        // A loop back to the first activity, or a burst that a crash has repeated, means the same run.
        var workflow = context.WorkflowExecutionContext;
        var options = context.GetRequiredService<IOptions<DivideAndContrastOptions>>().Value;
        var runs = context.GetRequiredService<RunService>();
        if (runs.FindRequested(RequestName.OfRun(options.Name, workflow.Id)) is { } known)
        {
            if (!saysNothing)
                RunStart.Same(runs.Get(known), source, options);
            workflow.CorrelationId = known;
            return null;
        }

        var start = RunStart.Of(workflow.Id, workflow.CorrelationId, source, noCache, options);
        workflow.CorrelationId = start.Id;
        if (workflow.Name is not { Length: > 0 })
            workflow.Name = start.SpecName;
        return start;
    }

    /// <summary>What to ask for. Called in the burst: what throws here has asked for nothing.</summary>
    protected abstract Waiting Ask(ActivityExecutionContext context, RunService runs, string run);

    /// <summary>Sets the outputs from the answer.</summary>
    protected abstract void Show(ActivityExecutionContext context, RunService runs, RequestView answered);

    private string RunOf(ActivityExecutionContext context, RunService runs) =>
        context.Get(Run) is { Length: > 0 } named ? runs.Resolve(named)
        : context.WorkflowExecutionContext.CorrelationId is { Length: > 0 } own && runs.FindSummary(own) is not null ? own
        : throw new UserInputException("This workflow has no run: what failed before this says why, or begin with 'Base training', or name a run.");

    /// <inheritdoc/>
    protected override async ValueTask ExecuteAsync(ActivityExecutionContext context)
    {
        try
        {
            var runs = context.GetRequiredService<RunService>();
            var start = StartOf(context);
            Wait(context, Ask(context, runs, start?.Id ?? RunOf(context, runs)) with { Start = start });
        }
        catch (UserInputException e)
        {
            await EndAsync(context, Failed, e.Message);
        }
        catch (DbException e)
        {
            // A ledger that is away is no answer: the audit has it asked again.
            context.AddExecutionLogEntry("Waiting", $"The ledger cannot be reached: {e.Message}");
            Wait(context, Waiting.ForTheLedger);
        }
    }

    private void Wait(ActivityExecutionContext context, Waiting waiting)
    {
        context.CreateBookmark(new CreateBookmarkArgs
        {
            BookmarkId = RequestOf(context),
            BookmarkName = Waiting.BookmarkName,
            Callback = HearAsync,
            Metadata = waiting.ToMetadata(),
        });
        if (waiting.IsForTheLedger)
            return;
        var runs = context.GetRequiredService<RunService>();
        var (specs, log, dispatcher) = (Specs(context), context.GetRequiredService<ILogger<RunActivity>>(), context.GetRequiredService<IWorkflowDispatcher>());
        var resume = new DispatchWorkflowInstanceRequest(context.WorkflowExecutionContext.Id) { BookmarkId = RequestOf(context) };

        // Not before the bookmark is stored: an answer would find nothing to resume. What is refused is found out by the activity itself.
        context.DeferTask(async () =>
        {
            if (!waiting.TryMake(runs, specs, log))
                await dispatcher.DispatchAsync(resume, options: null, CancellationToken.None).ConfigureAwait(false);
        });
    }

    private static NamedSpecs Specs(ActivityExecutionContext context) => new(context.GetRequiredService<IOptions<DivideAndContrastOptions>>().Value.SpecFolder);

    private async ValueTask HearAsync(ActivityExecutionContext context)
    {
        var waiting = Waiting.OfMetadata(context.WorkflowExecutionContext.ResumedBookmarkContext?.Bookmark.Metadata);
        if (waiting.IsForTheLedger)
        {
            await ExecuteAsync(context);
            return;
        }

        try
        {
            var runs = context.GetRequiredService<RunService>();
            switch (runs.FindRequest(RequestOf(context)))
            {
                case { State: RequestState.Withdrawn }:
                case { Answer: StageState.Cancelled } when FrontAudit.WasReleased(runs, Server(context), context.WorkflowExecutionContext.Id):
                    // Its cancellation was stored before a burst that was under way meanwhile: once more.
                    context.WorkflowExecutionContext.Cancel();
                    break;
                case { Answer: { } state } answered:
                    Show(context, runs, answered);
                    await EndAsync(context, state switch { StageState.Failed => Failed, StageState.Cancelled => Cancelled, _ => Done }, answered.Error);
                    break;
                default:
                    // Resumed by another hand, or by the audit, which could not ask: then the reason is found here.
                    waiting.Make(runs, Specs(context));
                    Wait(context, waiting);
                    break;
            }
        }
        catch (UserInputException e)
        {
            await EndAsync(context, Failed, e.Message);
        }
        catch (DbException)
        {
            // What it was told is told again: the audit finds that it still waits.
            Wait(context, waiting);
        }
    }

    private async ValueTask EndAsync(ActivityExecutionContext context, string outcome, string? error)
    {
        context.Set(Error, error);
        if (error is not null)
        {
            context.JournalData["Error"] = error;
            context.AddExecutionLogEntry(outcome, error);
        }

        await context.CompleteActivityWithOutcomesAsync(outcome);
    }
}
