using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Elsa.Workflows;
using Elsa.Workflows.Management;
using Elsa.Workflows.Management.Entities;
using Elsa.Workflows.Management.Filters;
using Elsa.Workflows.Runtime;
using Elsa.Workflows.Runtime.Entities;
using Elsa.Workflows.Runtime.Filters;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DnC.Workflow.Elsa;

/// <summary>
/// Puts right what a crash, or a database that was away, left between the workflows and the ledger: bookmarks whose request was never made, or
/// whose answer was lost with the burst that heard it; requests whose workflow is gone; and runs whose workflow was cancelled or never stored.
/// </summary>
/// <param name="runs">The ledger's runs.</param>
/// <param name="instances">The workflows.</param>
/// <param name="bookmarks">What they wait for.</param>
/// <param name="listener">Resumes them.</param>
/// <param name="journal">Told what they wait for that is missing.</param>
/// <param name="options">The server's name.</param>
/// <param name="time">For how old a run is.</param>
/// <param name="log">Told of what was put right.</param>
internal sealed class BookmarkAudit(
    RunService runs, IWorkflowInstanceStore instances, IBookmarkStore bookmarks, ResumeListener listener, WaitJournal journal, IOptions<DivideAndContrastOptions> options,
    TimeProvider time, ILogger<BookmarkAudit> log)
{
    // The burst that starts a run may index a large folder of images before it is stored. [ours]
    private static readonly TimeSpan FirstBurst = TimeSpan.FromHours(1);

    // Whoever holds the lock of an instance is at it; there is a next pass. [ours]
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private string Server => options.Value.Name;

    /// <summary>One pass over all that waits.</summary>
    /// <returns>How much was put right.</returns>
    public async Task<int> PassAsync(CancellationToken stop)
    {
        // Requests and runs first: one that is made after the bookmarks were read is no orphan.
        var open = runs.OpenRequests().Where(r => RequestName.InstanceOf(Server, r.RequestId) is not null).ToList();
        var begun = runs.Unfinished(Server + ":");
        var waiting = await bookmarks.FindManyAsync(new BookmarkFilter { Name = Waiting.BookmarkName }, stop).ConfigureAwait(false);
        var right = 0;
        foreach (var bookmark in waiting)
            right += await GuardedAsync(bookmark.WorkflowInstanceId, () => AskAgainAsync(bookmark, stop), stop).ConfigureAwait(false);
        foreach (var group in open.GroupBy(r => RequestName.InstanceOf(Server, r.RequestId)!, StringComparer.Ordinal))
            right += await GuardedAsync(group.Key, () => LookAtAsync(group.Key, [.. group], stop), stop).ConfigureAwait(false);
        foreach (var (run, request, created) in begun)
        {
            if (RequestName.InstanceOf(Server, request) is { } instance)
                right += await GuardedAsync(instance, () => CancelOrphanAsync(run, instance, created, stop), stop).ConfigureAwait(false);
        }

        return right;
    }

    private async Task<bool> AskAgainAsync(StoredBookmark bookmark, CancellationToken stop)
    {
        // Of a workflow only its stored state counts: a row that this does not have is nobody's any more, or not yet.
        var instance = await FindAsync(bookmark.WorkflowInstanceId, stop).ConfigureAwait(false);
        if (instance?.Status != WorkflowStatus.Running || instance.WorkflowState.Bookmarks.All(b => b.Id != bookmark.Id))
            return false;
        var request = runs.FindRequest(bookmark.Id);
        if (request is { State: RequestState.Open or RequestState.Answered })
            return false;
        if (request?.State == RequestState.Delivered)
            return runs.Redeliver(bookmark.Id);
        var waiting = Waiting.OfMetadata(bookmark.Metadata);
        if (request is null && !waiting.IsForTheLedger && TryMake(waiting))
            return true;

        // It waits for the ledger, for what was withdrawn, or for what is not there any more: the activity finds that out by itself.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        await listener.ResumeAsync(bookmark.Id, patience.Token).ConfigureAwait(false);
        return true;
    }

    private bool TryMake(Waiting waiting)
    {
        try
        {
            waiting.Make(runs);
            return true;
        }
        catch (UserInputException)
        {
            return false;
        }
    }

    private async Task<bool> LookAtAsync(string instance, RequestView[] requests, CancellationToken stop)
    {
        if (await FindAsync(instance, stop).ConfigureAwait(false) is { Status: not WorkflowStatus.Finished } waits)
        {
            foreach (var run in requests.GroupBy(r => r.Run, StringComparer.Ordinal))
                await journal.TellAsync(waits, [.. run], stop).ConfigureAwait(false);
            return false;
        }

        foreach (var request in requests)
            runs.Withdraw(request.RequestId);
        return true;
    }

    private async Task<bool> CancelOrphanAsync(string run, string instance, DateTimeOffset created, CancellationToken stop)
    {
        var found = await FindAsync(instance, stop).ConfigureAwait(false);
        if (found is null ? time.GetUtcNow() - created < FirstBurst : found.SubStatus != WorkflowSubStatus.Cancelled)
            return false;
        if (log.IsEnabled(LogLevel.Information))
            log.LogInformation("Run {Run} is cancelled: its workflow {Instance} was cancelled, or was never stored.", run, instance);
        runs.Cancel(run, who: $"workflow {instance}");
        return true;
    }

    private async Task<WorkflowInstance?> FindAsync(string instance, CancellationToken stop) =>
        await instances.FindAsync(new WorkflowInstanceFilter { Id = instance }, stop).ConfigureAwait(false);

    // One that cannot be put right holds up none of the others.
    private async Task<int> GuardedAsync(string instance, Func<Task<bool>> body, CancellationToken stop)
    {
        try
        {
            return await body().ConfigureAwait(false) ? 1 : 0;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            log.LogWarning(e, "What workflow {Instance} waits for could not be looked at; tried again soon.", instance);
            return 0;
        }
    }
}
