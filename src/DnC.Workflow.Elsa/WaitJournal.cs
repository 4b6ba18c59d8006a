using DnC.Workflow.Runtime.Submit;
using Elsa.Common.Entities;
using Elsa.Common.Models;
using Elsa.Workflows;
using Elsa.Workflows.Management.Entities;
using Elsa.Workflows.Runtime;
using Elsa.Workflows.Runtime.Entities;
using Elsa.Workflows.Runtime.Filters;
using Elsa.Workflows.Runtime.OrderDefinitions;

namespace DnC.Workflow.Elsa;

/// <summary>
/// Tells a workflow's journal what its run waits for that somebody has to do something about (a class that no worker serves, a pause): each
/// change once, whichever server sees it.
/// </summary>
/// <param name="journal">Elsa's.</param>
/// <param name="ids">For what is written.</param>
/// <param name="time">For when.</param>
internal sealed class WaitJournal(IWorkflowExecutionLogStore journal, IIdentityGenerator ids, TimeProvider time)
{
    /// <summary>The event of an entry that says what is waited for.</summary>
    internal const string Waits = "Waits";

    /// <summary>The event of an entry after it: nothing is missing any more.</summary>
    internal const string GoesOn = "Goes on";

    /// <summary>Tells what is new.</summary>
    public async Task TellAsync(WorkflowInstance instance, IReadOnlyList<WaitReason> missing, CancellationToken stop)
    {
        var last = await LastAsync(new WorkflowExecutionLogRecordFilter { WorkflowInstanceId = instance.Id, EventNames = [Waits, GoesOn] }, stop).ConfigureAwait(false);
        var text = string.Join(" ", missing.Select(reason => reason.Text));
        if (missing.Count > 0 ? last?.EventName == Waits && last.Message == text : last?.EventName != Waits)
            return;
        var nodes = instance.WorkflowState.Bookmarks.Where(b => b.Name == Waiting.BookmarkName).Select(b => b.ActivityNodeId).Distinct().ToList();
        if (await LastAsync(new WorkflowExecutionLogRecordFilter { WorkflowInstanceId = instance.Id, ActivityNodeIds = nodes }, stop).ConfigureAwait(false) is { } activity)
            await journal.AddAsync(Entry(activity, missing.Count > 0 ? Waits : GoesOn, text), stop).ConfigureAwait(false);
    }

    private async Task<WorkflowExecutionLogRecord?> LastAsync(WorkflowExecutionLogRecordFilter filter, CancellationToken stop)
    {
        var newestFirst = new WorkflowExecutionLogRecordOrder<DateTimeOffset>(r => r.Timestamp, OrderDirection.Descending);
        return (await journal.FindManyAsync(filter, PageArgs.FromPage(0, 1), newestFirst, stop).ConfigureAwait(false)).Items.FirstOrDefault();
    }

    private WorkflowExecutionLogRecord Entry(WorkflowExecutionLogRecord activity, string name, string text) => new()
    {
        Id = ids.GenerateId(),
        WorkflowDefinitionId = activity.WorkflowDefinitionId,
        WorkflowDefinitionVersionId = activity.WorkflowDefinitionVersionId,
        WorkflowInstanceId = activity.WorkflowInstanceId,
        WorkflowVersion = activity.WorkflowVersion,
        TenantId = activity.TenantId,
        ActivityInstanceId = activity.ActivityInstanceId,
        ParentActivityInstanceId = activity.ParentActivityInstanceId,
        ActivityId = activity.ActivityId,
        ActivityType = activity.ActivityType,
        ActivityTypeVersion = activity.ActivityTypeVersion,
        ActivityName = activity.ActivityName,
        ActivityNodeId = activity.ActivityNodeId,
        Timestamp = time.GetUtcNow(),
        Sequence = activity.Sequence, // readers order by it, and Elsa's next entry has the next number
        EventName = name,
        Message = text,
    };
}
