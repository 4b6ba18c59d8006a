using System.Data.Common;
using System.Security.Cryptography;
using DnC.Workflow.Runtime.Notify;
using DnC.Workflow.Stages.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DnC.Workflow.Elsa;

/// <summary>Tells the ledger's answers to the workflows of this server, and audits what waits, for as long as the server runs.</summary>
internal sealed class OutboxService(
    IOutbox outbox, ResumeListener listener, IServiceScopeFactory scopes, IOptions<DivideAndContrastOptions> options, TimeProvider time, ILogger<OutboxService> log)
    : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var holder = $"{Environment.MachineName}:{Environment.ProcessId}:{Guid.CreateVersion7(time.GetUtcNow()):N}";
        var dispatcher = new OutboxDispatcher(
            outbox, [listener], new OutboxSettings(), holder, time, Jitter, (what, error) => log.LogWarning(error, "{What} failed; tried again.", what));
        await using (dispatcher.ConfigureAwait(false))
        {
            dispatcher.Start();
            using var ticks = new PeriodicTimer(options.Value.Audit, time);
            do
                await AuditAsync(stoppingToken).ConfigureAwait(false);
            while (await TickAsync(ticks, stoppingToken).ConfigureAwait(false));
        }
    }

    private async Task AuditAsync(CancellationToken stop)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<BookmarkAudit>().PassAsync(stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException && !stop.IsCancellationRequested)
        {
            // A database is away, the server's or the ledger's: there is a next pass.
            log.LogWarning(e, "The audit of waiting workflows failed; tried again.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server stops.
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
