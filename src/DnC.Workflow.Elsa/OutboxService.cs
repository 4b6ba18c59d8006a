using System.Security.Cryptography;
using DnC.Workflow.Runtime.Notify;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DnC.Workflow.Elsa;

/// <summary>
/// Tells the ledger's answers to the workflows of this server, and audits what waits, for as long as the server runs. Whatever goes wrong with
/// the ledger is no reason for the server to end: it has other workflows, too.
/// </summary>
internal sealed class OutboxService(
    IServiceProvider services, ResumeListener listener, IServiceScopeFactory scopes, IOptions<DivideAndContrastOptions> options, TimeProvider time, ILogger<OutboxService> log)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(options.Value.Audit, time);
        IOutbox? outbox;
        while ((outbox = Connect()) is null)
        {
            if (!await TickAsync(ticks, stoppingToken).ConfigureAwait(false))
                return;
        }

        var holder = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.CreateVersion7(time.GetUtcNow()):N}";
        var dispatcher = new OutboxDispatcher(
            outbox, [listener], new OutboxSettings(), holder, time, Jitter, (what, error) => log.LogWarning(error, "{What} failed; tried again.", what));
        await using (dispatcher.ConfigureAwait(false))
        {
            dispatcher.Start();
            do
                await AuditAsync(stoppingToken).ConfigureAwait(false);
            while (await TickAsync(ticks, stoppingToken).ConfigureAwait(false));
        }
    }

    // Not before the server is up: a ledger that is away, or is not said, must not keep it from starting.
    private IOutbox? Connect()
    {
        try
        {
            return services.GetRequiredService<IOutbox>();
        }
        catch (UserInputException e)
        {
            log.LogError("{Problem}", e.Message);
            return null;
        }
        catch (Exception e)
        {
            log.LogWarning(e, "The ledger cannot be reached; tried again.");
            return null;
        }
    }

    private async Task AuditAsync(CancellationToken stop)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<BookmarkAudit>().PassAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server stops.
        }
        catch (Exception e)
        {
            log.LogWarning(e, "The audit of waiting workflows failed; tried again.");
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer ticks, CancellationToken stop)
    {
        try
        {
            return await ticks.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static double Jitter() => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30);
}
