using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Runtime.Submit;
using Elsa.Workflows;
using Elsa.Workflows.Management;
using Elsa.Workflows.Management.Entities;
using Elsa.Workflows.Management.Filters;
using Elsa.Workflows.Runtime;
using Elsa.Workflows.Runtime.Filters;
using Microsoft.Extensions.Options;

namespace DnC.Workflow.Elsa;

/// <summary>Workflow instances as owners of runs, and their bookmarks as what they wait for.</summary>
/// <param name="instances">The workflows.</param>
/// <param name="bookmarks">What they wait for.</param>
/// <param name="listener">Resumes them.</param>
/// <param name="journal">Told what is missing.</param>
/// <param name="rota">Which of those are looked into that seem to wait for nothing of ours.</param>
/// <param name="options">The server's name.</param>
internal sealed class ElsaFront(
    IWorkflowInstanceStore instances, IBookmarkStore bookmarks, ResumeListener listener, WaitJournal journal, Rota rota, IOptions<DivideAndContrastOptions> options) : IFront
{
    /// <summary>Other workflows of the server run and have no bookmark of ours: a pass looks into so many of them. [ours]</summary>
    internal const int MostForgotten = 200;

    /// <inheritdoc/>
    public string Name => options.Value.Name;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FrontWait>> WaitsAsync(CancellationToken stop)
    {
        var indexed = (await bookmarks.FindManyAsync(new BookmarkFilter { Name = Waiting.BookmarkName }, stop).ConfigureAwait(false))
            .Select(b => Wait(b.WorkflowInstanceId, b.Id, b.Metadata)).OfType<FrontWait>().ToList();

        // A cancellation deletes its instance's bookmarks from their table, and a burst that was under way may store the instance as running after that.
        var running = new WorkflowInstanceFilter { WorkflowStatus = WorkflowStatus.Running };
        var forgotten = (await instances.FindManyIdsAsync(running, stop).ConfigureAwait(false)).Except(indexed.Select(w => w.Owner), StringComparer.Ordinal);
        foreach (var owner in rota.Next(forgotten))
        {
            if (await FindAsync(owner, stop).ConfigureAwait(false) is { } instance)
                indexed.AddRange(instance.WorkflowState.Bookmarks.Where(b => b.Name == Waiting.BookmarkName).Select(b => Wait(owner, b.Id, b.Metadata)).OfType<FrontWait>());
        }

        return indexed;
    }

    /// <inheritdoc/>
    public async Task<bool> StillWaitsAsync(FrontWait wait, CancellationToken stop) =>
        await FindAsync(wait.Owner, stop).ConfigureAwait(false) is { Status: WorkflowStatus.Running } instance && instance.WorkflowState.Bookmarks.Any(b => b.Id == wait.RequestId);

    /// <inheritdoc/>
    public async Task<OwnerState> StateAsync(string owner, CancellationToken stop) => await FindAsync(owner, stop).ConfigureAwait(false) switch
    {
        null => OwnerState.Unknown,
        { SubStatus: WorkflowSubStatus.Cancelled } => OwnerState.Cancelled,
        { Status: WorkflowStatus.Finished } => OwnerState.Finished,
        _ => OwnerState.Running,
    };

    /// <inheritdoc/>
    public Task ResumeAsync(string request, CancellationToken stop) => listener.ResumeAsync(request, stop);

    /// <inheritdoc/>
    public async Task TellAsync(string owner, IReadOnlyList<WaitReason> missing, CancellationToken stop)
    {
        if (await FindAsync(owner, stop).ConfigureAwait(false) is { } instance)
            await journal.TellAsync(instance, missing, stop).ConfigureAwait(false);
    }

    // One that cannot be read holds up none of the others.
    private static FrontWait? Wait(string instance, string bookmark, IDictionary<string, string>? metadata) => Waiting.TryOfMetadata(metadata) is { } waiting
        ? new FrontWait(bookmark, instance, waiting is { IsForTheLedger: false, Start: null } ? waiting.Ask : null)
        : null;

    private async Task<WorkflowInstance?> FindAsync(string instance, CancellationToken stop) =>
        await instances.FindAsync(new WorkflowInstanceFilter { Id = instance }, stop).ConfigureAwait(false);
}
