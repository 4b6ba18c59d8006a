using System.Security.Cryptography;
using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DnC.Workflow.Elsa;

/// <summary>Tells the ledger's answers to the workflows of this server, and audits what waits, for as long as the server runs.</summary>
internal sealed class OutboxService(
    IServiceProvider services, ResumeListener listener, IServiceScopeFactory scopes, IOptions<DivideAndContrastOptions> options, TimeProvider time, ILogger<OutboxService> log)
    : BackgroundService
{
    /// <summary>One pass of the audit.</summary>
    public static async Task<int> AuditAsync(IServiceScopeFactory scopes, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<FrontAudit>().PassAsync(scope.ServiceProvider.GetRequiredService<ElsaFront>(), stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new FrontLoop(
        listener, stop => AuditAsync(scopes, stop), options.Value.Audit, $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.CreateVersion7(time.GetUtcNow()):N}", time,
        () => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30), Report).RunAsync(services.GetRequiredService<IOutbox>, stoppingToken);

    private void Report(string what, Exception error)
    {
        if (error is UserInputException)
            log.LogError("{Problem}", error.Message);
        else
            log.LogWarning(error, "{What} failed; tried again.", what);
    }
}
