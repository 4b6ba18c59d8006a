using DnC.Workflow.Images.Demo;
using Elsa.Common.Models;
using Elsa.Workflows.Management;
using Elsa.Workflows.Management.Filters;
using Elsa.Workflows.Models;
using Elsa.Workflows.Runtime;
using Elsa.Workflows.Runtime.Messages;

namespace DnC.Workflow.Elsa.Host;

/// <summary>A first workflow on the demo's images, so that Studio has something to show.</summary>
internal static class DemoRun
{
    private const string Definition = "divide-and-contrast";

    /// <summary>Renders the images where they are not there yet, and starts the workflow where none was ever started.</summary>
    public static async Task StartAsync(IServiceProvider services, HostSettings settings, CancellationToken stop)
    {
        var images = Path.Combine(settings.Root, "demo-images");
        Console.WriteLine($"Rendering the demo's images into {images} …");
        DemoSet.Ensure(images, new DemoOptions(), Environment.ProcessorCount, stop);
        await using var scope = services.CreateAsyncScope();
        var instances = scope.ServiceProvider.GetRequiredService<IWorkflowInstanceStore>();
        if (await instances.CountAsync(new WorkflowInstanceFilter { DefinitionId = Definition }, stop).ConfigureAwait(false) > 0)
            return;
        var client = await scope.ServiceProvider.GetRequiredService<IWorkflowRuntime>().CreateClientAsync(stop).ConfigureAwait(false);
        await client.CreateAndRunInstanceAsync(
            new CreateAndRunWorkflowInstanceRequest
            {
                WorkflowDefinitionHandle = WorkflowDefinitionHandle.ByDefinitionId(Definition, VersionOptions.Published),
                Input = new Dictionary<string, object>(StringComparer.Ordinal) { ["Spec"] = "demo", ["Data"] = images },
            },
            stop).ConfigureAwait(false);
        Console.WriteLine($"The workflow '{Definition}' runs on them as instance {client.WorkflowInstanceId}.");
    }
}
