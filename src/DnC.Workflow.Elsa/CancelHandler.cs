using System.Data.Common;
using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Stages.Execution;
using Elsa.Mediator.Contracts;
using Elsa.Workflows;
using Elsa.Workflows.Management;
using Elsa.Workflows.Management.Filters;
using Elsa.Workflows.Management.Notifications;
using Elsa.Workflows.Runtime;
using Elsa.Workflows.Runtime.Filters;
using Elsa.Workflows.Runtime.Notifications;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DnC.Workflow.Elsa;

/// <summary>A workflow that is cancelled, or deleted before its end, takes its run along, and leaves nothing behind that waits.</summary>
/// <param name="services">
/// Where the audit comes from: Elsa makes every handler for every notification, and a ledger that is away must stop none of them.
/// </param>
/// <param name="instances">The workflows.</param>
/// <param name="bookmarks">What workflows wait for.</param>
/// <param name="options">The server's name.</param>
/// <param name="log">Told what is left to the audit.</param>
internal sealed class CancelHandler(
    IServiceProvider services, IWorkflowInstanceStore instances, IBookmarkStore bookmarks, IOptions<DivideAndContrastOptions> options, ILogger<CancelHandler> log)
    : INotificationHandler<WorkflowCancelling>, INotificationHandler<WorkflowCancelled>, INotificationHandler<WorkflowInstancesDeleting>
{
    /// <summary>First the ledger: a stage that ends meanwhile resumes nothing.</summary>
    public Task HandleAsync(WorkflowCancelling notification, CancellationToken cancellationToken)
    {
        Release(notification.WorkflowInstanceId);
        return Task.CompletedTask;
    }

    /// <summary>Its bookmarks would outlive it.</summary>
    public async Task HandleAsync(WorkflowCancelled notification, CancellationToken cancellationToken) => await bookmarks.DeleteAsync(
        new BookmarkFilter { WorkflowInstanceId = notification.WorkflowInstanceId, Name = Waiting.BookmarkName }, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task HandleAsync(WorkflowInstancesDeleting notification, CancellationToken cancellationToken)
    {
        foreach (var id in notification.Ids)
        {
            // One that has finished is no longer its run's: somebody may be doing a stage of that again.
            var instance = await instances.FindAsync(new WorkflowInstanceFilter { Id = id }, cancellationToken).ConfigureAwait(false);
            if (instance is { Status: not WorkflowStatus.Finished })
                Release(id);
        }
    }

    private void Release(string instance)
    {
        try
        {
            services.GetRequiredService<FrontAudit>().Release(options.Value.Name, instance);
        }
        catch (Exception e) when (e is DbException or UserInputException)
        {
            log.LogWarning(e, "The run of workflow {Instance} could not be cancelled; tried again soon.", instance);
        }
    }
}
