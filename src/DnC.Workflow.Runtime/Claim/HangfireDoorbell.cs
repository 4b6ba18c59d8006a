using DnC.Workflow.Stages.Ports;
using Hangfire;
using Hangfire.Common;
using Hangfire.InMemory;
using Hangfire.Server;
using Hangfire.States;
using Hangfire.Storage;

namespace DnC.Workflow.Runtime.Claim;

/// <summary>
/// Rings through Hangfire: a queue per resource class, a job per ring. Nothing of a run is stored here, so Hangfire.InMemory loses nothing
/// that the reconciler does not ring again.
/// </summary>
public sealed class HangfireDoorbell : IDoorbell, IDisposable
{
    // Enough to look at after a failure; longer only fills memory.
    private static readonly TimeSpan RingsExpireIn = TimeSpan.FromMinutes(1);

    private readonly IReadOnlyDictionary<string, int> _slots;
    private readonly Action<string, Exception> _report;
    private readonly InMemoryStorage _storage;
    private readonly JobFilterProviderCollection _filters;
    private readonly BackgroundJobClient _client;
    private readonly IMonitoringApi _monitoring;

    /// <summary>A doorbell that nobody hears yet.</summary>
    /// <param name="slots">How many attempts of each class run at once here.</param>
    /// <param name="report">Told of rings that failed.</param>
    public HangfireDoorbell(IReadOnlyDictionary<string, int> slots, Action<string, Exception> report)
    {
        _slots = slots;
        _report = report;
        _storage = new InMemoryStorage(new InMemoryStorageOptions
        {
            // The cap over Hangfire's own default of a day for whatever sets no expiration itself.
            MaxExpirationTime = RingsExpireIn,
            MaxStateHistoryLength = 4,
            StringComparer = StringComparer.Ordinal,
        });

        // Filters of our own instead of the global ones, which another user of Hangfire in the process may change, and whose default is
        // ten retries of a failed job.
        _filters = new JobFilterProviderCollection(new JobFilterCollection
        {
            // Budgets are the ledger's. Delete, not fail: a failed job is kept for ever, a deleted one keeps its exception and expires.
            new AutomaticRetryAttribute { Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete },
            new RingExpiration(),
        });
        _client = new BackgroundJobClient(_storage, _filters);
        _monitoring = _storage.GetMonitoringApi();
    }

    /// <inheritdoc/>
    /// <remarks>Throws nothing: it is called after a commit that must not seem to have failed. A lost ring is rung again by the reconciler.</remarks>
    public void Ring(string resource)
    {
        // As many as can be heard at once: each goes on claiming until nothing is left.
        if (!_slots.TryGetValue(resource, out var slots))
            return;
        try
        {
            if (Pending(resource) < slots)
            {
                // The queue is in the job itself: with `new EnqueuedState(queue)` a requeued job would go to 'default', which nobody serves.
                _client.Enqueue<StageJob>(resource, job => job.Serve(resource));
            }
        }
        catch (Exception e)
        {
            _report($"ringing '{resource}'", e);
        }
    }

    /// <summary>Rings of a class that nobody has heard yet.</summary>
    public int Pending(string resource) => (int)_monitoring.EnqueuedCount(resource);

    /// <summary>Starts to hear one class.</summary>
    /// <param name="resource">The class.</param>
    /// <param name="job">Serves it.</param>
    /// <param name="grace">How long its attempts may take to stop.</param>
    public BackgroundJobServer Listen(string resource, StageJob job, TimeSpan grace) => new(
        new BackgroundJobServerOptions
        {
            ServerName = resource,

            // A server per class, because a server's workers share all its queues: slots are a class's own.
            Queues = [resource],
            WorkerCount = _slots[resource],
            Activator = new StageJobActivator(job),
            FilterProvider = _filters,

            // The engine stops its attempts itself and waits for them; Hangfire shall not give up earlier.
            ShutdownTimeout = grace + TimeSpan.FromSeconds(10),

            // In hours: a machine that slept, or a stalled heartbeat, must not make the server look dead and cancel a running job.
            ServerTimeout = TimeSpan.FromHours(6),
            ServerCheckInterval = TimeSpan.FromHours(1),

            // Nothing is ever scheduled: delays are the ledger's.
            SchedulePollingInterval = TimeSpan.FromHours(1),

            // Jobs watch the engine's own stop, not Hangfire's cancellation tokens.
            CancellationCheckInterval = TimeSpan.FromHours(1),

            // Full, not lightweight: that one lacks the processes that expire old jobs.
            IsLightweightServer = false,
        },
        _storage);

    /// <inheritdoc/>
    public void Dispose() => _storage.Dispose();

    private sealed class StageJobActivator(StageJob job) : JobActivator
    {
        public override object ActivateJob(Type jobType) => jobType == typeof(StageJob)
            ? job
            : throw new InvalidOperationException($"Nothing here makes a {jobType}.");
    }

    private sealed class RingExpiration : IApplyStateFilter
    {
        public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction) => context.JobExpirationTimeout = RingsExpireIn;

        public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction) => context.JobExpirationTimeout = RingsExpireIn;
    }
}
