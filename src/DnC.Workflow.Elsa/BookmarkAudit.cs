using System.Data.Common;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Elsa.Workflows;
using Elsa.Workflows.Management;
using Elsa.Workflows.Management.Filters;
using Elsa.Workflows.Runtime;
using Elsa.Workflows.Runtime.Entities;
using Elsa.Workflows.Runtime.Filters;
using Microsoft.Extensions.Logging;

namespace DnC.Workflow.Elsa;

/// <summary>
/// Puts right what a crash, or a database that was away, left between the workflows and the ledger: bookmarks whose request was never made, or
/// whose answer was lost with the burst that heard it; and requests whose workflow is gone.
/// </summary>
/// <param name="runs">The ledger's runs.</param>
/// <param name="instances">The workflows.</param>
/// <param name="bookmarks">What they wait for.</param>
/// <param name="listener">Resumes them.</param>
/// <param name="log">Told of what was put right.</param>
internal sealed class BookmarkAudit(RunService runs, IWorkflowInstanceStore instances, IBookmarkStore bookmarks, ResumeListener listener, ILogger<BookmarkAudit> log)
{
    /// <summary>One pass over all that waits.</summary>
    /// <returns>How much was put right.</returns>
    public async Task<int> PassAsync(CancellationToken stop)
    {
        // Requests first: one that is made after the bookmarks were read is no orphan.
        var open = runs.OpenRequests().Where(r => r.Listener == ResumeListener.ListenerName).ToList();
        var waiting = await bookmarks.FindManyAsync(new BookmarkFilter { Name = Waiting.BookmarkName }, stop).ConfigureAwait(false);
        var right = 0;
        foreach (var bookmark in waiting)
            right += await AskAgainAsync(bookmark, stop).ConfigureAwait(false) ? 1 : 0;
        foreach (var group in open.GroupBy(r => RequestName.InstanceOf(r.RequestId), StringComparer.Ordinal))
        {
            if (group.Key is { } instance && await IsGoneAsync(instance, stop).ConfigureAwait(false))
                right += group.Count(r => runs.Withdraw(r.RequestId));
        }

        return right;
    }

    private async Task<bool> AskAgainAsync(StoredBookmark bookmark, CancellationToken stop)
    {
        try
        {
            var request = runs.FindRequest(bookmark.Id);
            if (request is null)
            {
                if (log.IsEnabled(LogLevel.Information))
                    log.LogInformation("Workflow {Instance} waits for what nobody has asked for; asked now.", bookmark.WorkflowInstanceId);
                Waiting.OfMetadata(bookmark.Metadata).Make(runs);
                return true;
            }

            // Acknowledged, and still waited for: the burst that heard it was lost, or is being stored at this moment.
            return request.State == RequestState.Delivered && await IsOldAsync(bookmark, stop).ConfigureAwait(false) && runs.Redeliver(bookmark.Id);
        }
        catch (UserInputException e)
        {
            // The run is gone. The activity finds that out by itself, and fails with the reason.
            log.LogWarning(e, "Workflow {Instance} waits for what is not there any more.", bookmark.WorkflowInstanceId);
            await listener.ResumeAsync(bookmark.Id, stop).ConfigureAwait(false);
            return true;
        }
    }

    // Of its state only what is stored counts: a bookmark that its own state does not have is nobody's any more.
    private async Task<bool> IsOldAsync(StoredBookmark bookmark, CancellationToken stop)
    {
        var instance = await instances.FindAsync(new WorkflowInstanceFilter { Id = bookmark.WorkflowInstanceId }, stop).ConfigureAwait(false);
        return instance?.Status == WorkflowStatus.Running && instance.WorkflowState.Bookmarks.Any(b => b.Id == bookmark.Id);
    }

    private async Task<bool> IsGoneAsync(string instance, CancellationToken stop) =>
        (await instances.FindAsync(new WorkflowInstanceFilter { Id = instance }, stop).ConfigureAwait(false))?.Status is null or WorkflowStatus.Finished;
}
