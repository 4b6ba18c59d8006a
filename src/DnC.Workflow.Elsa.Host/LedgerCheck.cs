using System.Data.Common;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DnC.Workflow.Elsa.Host;

/// <summary>Whether the ledger answers. A server without it lives, but can start nothing.</summary>
/// <param name="services">Where the ledger comes from: it is opened by the first who asks, and that fails while it is away.</param>
internal sealed class LedgerCheck(IServiceProvider services) : IHealthCheck
{
    /// <summary>Has the check made only where it is asked for.</summary>
    public const string Tag = "ready";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            services.GetRequiredService<RunService>().FindSummary("none");
            return Task.FromResult(HealthCheckResult.Healthy());
        }
        catch (Exception e) when (e is DbException or UserInputException)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("The ledger does not answer."));
        }
    }
}
