using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Stages.Ports;
using Elsa.Workflows.Runtime;
using Elsa.Workflows.Runtime.Exceptions;
using Elsa.Workflows.Runtime.Messages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DnC.Workflow.Elsa;

/// <summary>
/// Resumes the workflow that waits for what has ended. An answer is taken once the resumed burst is stored; a crash before that has it told again.
/// What was resumed already, has finished, or is deleted, takes it as heard.
/// </summary>
/// <param name="scopes">Of the server's services.</param>
/// <param name="options">The name that it listens under.</param>
internal sealed class ResumeListener(IServiceScopeFactory scopes, IOptions<DivideAndContrastOptions> options) : IStageEndListener
{
    /// <inheritdoc/>
    public string Name => options.Value.Name;

    /// <inheritdoc/>
    public Task HearAsync(StageEnd end, CancellationToken stop) => ResumeAsync(end.RequestId, stop);

    /// <summary>Resumes the workflow of a request.</summary>
    public async Task ResumeAsync(string request, CancellationToken stop)
    {
        if (RequestName.OwnerOf(Name, request) is not { } instance)
            return;
        await using var scope = scopes.CreateAsyncScope();
        var runtime = scope.ServiceProvider.GetRequiredService<IWorkflowRuntime>();
        try
        {
            // By the bookmark in the workflow's own state, which is stored as one: the table of bookmarks is not always as far.
            var client = await runtime.CreateClientAsync(instance, stop).ConfigureAwait(false);
            await client.RunInstanceAsync(new RunWorkflowInstanceRequest { BookmarkId = request }, stop).ConfigureAwait(false);
        }
        catch (WorkflowInstanceNotFoundException)
        {
            // Deleted: nobody waits any more.
        }
    }
}
