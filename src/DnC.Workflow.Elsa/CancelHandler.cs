using System.Data.Common;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using Elsa.Mediator.Contracts;
using Elsa.Workflows.Management;
using Elsa.Workflows.Management.Filters;
using Elsa.Workflows.Management.Notifications;
using Elsa.Workflows.Runtime;
using Elsa.Workflows.Runtime.Filters;
using Elsa.Workflows.Runtime.Notifications;
using Microsoft.Extensions.Logging;

namespace DnC.Workflow.Elsa;

/// <summary>A workflow that is cancelled or deleted takes its run along, and leaves nothing behind that waits.</summary>
/// <param name="runs">The ledger's runs.</param>
/// <param name="instances">The workflows.</param>
/// <param name="bookmarks">What workflows wait for.</param>
/// <param name="log">Told what is left to the audit.</param>
internal sealed class CancelHandler(RunService runs, IWorkflowInstanceStore instances, IBookmarkStore bookmarks, ILogger<CancelHandler> log)
    : INotificationHandler<WorkflowCancelling>, INotificationHandler<WorkflowCancelled>, INotificationHandler<WorkflowInstancesDeleting>
{
    /// <summary>First the ledger: a stage that ends meanwhile resumes nothing.</summary>
    public Task HandleAsync(WorkflowCancelling notification, CancellationToken cancellationToken) => ReleaseAsync(notification.WorkflowInstanceId, cancellationToken);

    /// <summary>Its bookmarks would outlive it.</summary>
    public async Task HandleAsync(WorkflowCancelled notification, CancellationToken cancellationToken) => await bookmarks.DeleteAsync(
        new BookmarkFilter { WorkflowInstanceId = notification.WorkflowInstanceId, Name = Waiting.BookmarkName }, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task HandleAsync(WorkflowInstancesDeleting notification, CancellationToken cancellationToken)
    {
        foreach (var id in notification.Ids)
            await ReleaseAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReleaseAsync(string instance, CancellationToken stop)
    {
        var own = (await instances.FindAsync(new WorkflowInstanceFilter { Id = instance }, stop).ConfigureAwait(false))?.CorrelationId;
        try
        {
            foreach (var request in runs.OpenRequests().Where(r => r.RequestId.StartsWith(RequestName.OfInstance(instance), StringComparison.Ordinal)))
                runs.Withdraw(request.RequestId);
            if (own is not null && runs.FindRequested(RequestName.OfInstance(instance) + "run") == own && runs.FindSummary(own)?.State is RunState.Running or RunState.Paused or RunState.Failed)
                runs.Cancel(own);
        }
        catch (Exception e) when (e is DbException or UserInputException)
        {
            log.LogWarning(e, "The run of workflow {Instance} could not be cancelled; tried again soon.", instance);
        }
    }
}
