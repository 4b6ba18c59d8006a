using System.Data.Common;
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
using Elsa.Workflows.UIHints;
using Microsoft.Extensions.Logging;

namespace DnC.Workflow.Elsa.Activities;

/// <summary>
/// Something that is asked of a run and answered later. A mistake of the user is the outcome Failed with its message, never a fault of the
/// workflow; what goes wrong with the asking itself is made up for by <see cref="BookmarkAudit"/>.
/// </summary>
[FlowNode(Done, Failed, Cancelled)]
public abstract class RunActivity : Activity
{
    private const string Done = "Done", Failed = "Failed", Cancelled = "Cancelled";

    /// <summary>The run, where it is not this workflow's own.</summary>
    [Input(DisplayName = "Run", Order = 5, Description = "The run's id. Empty: the run of this workflow, which has its correlation id.")]
    public Input<string?> Run { get; set; } = new(default(string));

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
    protected static string RequestOf(ActivityExecutionContext context) => RequestName.Of(context.WorkflowExecutionContext.Id, context.Id);

    /// <summary>What to ask for. Called in the burst: what throws here has asked for nothing.</summary>
    protected abstract Waiting Ask(ActivityExecutionContext context, RunService runs, string run);

    /// <summary>Sets the outputs from the answer.</summary>
    protected abstract void Show(ActivityExecutionContext context, RunService runs, RequestView answered);

    /// <summary>The run that is meant; an activity that starts runs makes it here.</summary>
    protected virtual string RunOf(ActivityExecutionContext context, RunService runs) =>
        context.Get(Run) is { Length: > 0 } named ? runs.Resolve(named)
        : context.WorkflowExecutionContext.CorrelationId is { Length: > 0 } own ? runs.Resolve(own)
        : throw new UserInputException("This workflow has no run yet: begin with 'Base training', or name a run.");

    /// <inheritdoc/>
    protected override async ValueTask ExecuteAsync(ActivityExecutionContext context)
    {
        var runs = context.GetRequiredService<RunService>();
        try
        {
            var run = RunOf(context, runs);
            Wait(context, Ask(context, runs, run));
        }
        catch (UserInputException e)
        {
            await EndAsync(context, Failed, e.Message);
        }
        catch (DbException e)
        {
            await EndAsync(context, Failed, $"The ledger cannot be reached: {e.Message}");
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
        var runs = context.GetRequiredService<RunService>();
        var log = context.GetRequiredService<ILogger<RunActivity>>();

        // Not before the bookmark is stored: an answer would find nothing to resume.
        context.DeferTask(() => waiting.TryMake(runs, log));
    }

    private async ValueTask HearAsync(ActivityExecutionContext context)
    {
        var runs = context.GetRequiredService<RunService>();
        if (runs.FindRequest(RequestOf(context)) is not { Answer: { } state } answered)
        {
            await GoOnWaitingAsync(context, runs);
            return;
        }

        Show(context, runs, answered);
        await EndAsync(context, state switch { StageState.Failed => Failed, StageState.Cancelled => Cancelled, _ => Done }, answered.Error);
    }

    // Resumed by another hand, or by the audit, which could not ask: then the reason is found here.
    private async ValueTask GoOnWaitingAsync(ActivityExecutionContext context, RunService runs)
    {
        var waiting = Waiting.OfMetadata(context.WorkflowExecutionContext.ResumedBookmarkContext?.Bookmark.Metadata);
        try
        {
            waiting.Make(runs);
            Wait(context, waiting);
        }
        catch (UserInputException e)
        {
            await EndAsync(context, Failed, e.Message);
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
