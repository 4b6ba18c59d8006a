using System.Collections.Concurrent;
using DnC.Workflow.Stages.Ports;
using Hangfire;
using Hangfire.Common;
using Hangfire.Server;
using Hangfire.States;
using Hangfire.Storage;

namespace DnC.Workflow.Runtime.Claim;

/// <summary>
/// Rings through Hangfire: a queue per resource class, a job per ring. Nothing of a run is stored here: whatever is lost is rung again by
/// the reconciler.
/// </summary>
public sealed class HangfireDoorbell : IDoorbell, IDisposable
{
    private readonly Transport _transport;
    private readonly Func<string, int> _atMost;
    private readonly Action<string, Exception> _report;
    private readonly JobFilterProviderCollection _filters;
    private readonly BackgroundJobClient _client;
    private readonly IMonitoringApi _monitoring;

    // Classes with more rings than ears when last counted.
    private readonly ConcurrentDictionary<string, bool> _crowded = new(StringComparer.Ordinal);

    /// <summary>A doorbell that nobody hears yet.</summary>
    /// <param name="transport">Carries the rings; closed with the doorbell.</param>
    /// <param name="atMost">How many rings of a class may wait: as many as can be heard at once, since each goes on claiming until nothing is left.</param>
    /// <param name="report">Told of rings that failed.</param>
    public HangfireDoorbell(Transport transport, Func<string, int> atMost, Action<string, Exception> report)
    {
        _transport = transport;
        _atMost = atMost;
        _report = report;

        // Filters of our own instead of the global ones, which another user of Hangfire in the process may change, and whose default is
        // ten retries of a failed job.
        _filters = new JobFilterProviderCollection(new JobFilterCollection
        {
            // Budgets are the ledger's. Delete, not fail: a failed job is kept for ever, a deleted one keeps its exception and expires.
            new AutomaticRetryAttribute { Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete },
            new RingExpiration(),
        });
        _client = new BackgroundJobClient(transport.Storage, _filters);
        _monitoring = transport.Storage.GetMonitoringApi();
    }

    /// <inheritdoc/>
    /// <remarks>Throws nothing: it is called after a commit that must not seem to have failed. A lost ring is rung again by the reconciler.</remarks>
    public void Ring(string resource) => Ring(resource, times: 1);

    /// <summary>Rings several times for as many stages, as far as there are ears for it, and once more. Throws nothing.</summary>
    public void Ring(string resource, int times)
    {
        try
        {
            // The first before anything is counted, which through a database takes as long as the ring, unless there were too many already.
            var first = _crowded.ContainsKey(resource) ? 0 : 1;
            if (first > 0)
                Enqueue(resource);
            var room = _atMost(resource) - Pending(resource);
            for (var i = first; i < Math.Min(times, first + room); i++)
                Enqueue(resource);
            if (room < 0)
                _crowded[resource] = true;
            else
                _crowded.TryRemove(resource, out _);
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
    /// <param name="slots">How many attempts of it run at once here.</param>
    /// <param name="job">Serves it.</param>
    /// <param name="grace">How long its attempts may take to stop.</param>
    public BackgroundJobServer Listen(string resource, int slots, StageJob job, TimeSpan grace) => new(
        new BackgroundJobServerOptions
        {
            ServerName = resource,

            // A server per class, because a server's workers share all its queues, and a queue's priority is its name's place in the
            // alphabet: slots are a class's own.
            Queues = [resource],
            WorkerCount = slots,
            Activator = new StageJobActivator(job),
            FilterProvider = _filters,

            // The engine stops its attempts itself and waits for them; Hangfire shall not give up earlier.
            ShutdownTimeout = grace + TimeSpan.FromSeconds(10),

            // In hours: a machine that slept, a stalled heartbeat, or a database that was away, must not make the server look dead and
            // cancel a running job.
            ServerTimeout = TimeSpan.FromHours(6),
            ServerCheckInterval = _transport.ServerCheck,

            // Nothing is ever scheduled: delays are the ledger's.
            SchedulePollingInterval = TimeSpan.FromHours(1),

            // Jobs watch the engine's own stop, not Hangfire's cancellation tokens.
            CancellationCheckInterval = TimeSpan.FromHours(1),

            // Full, not lightweight: that one lacks the processes that expire old jobs and keep running ones invisible.
            IsLightweightServer = false,
        },
        _transport.Storage);

    /// <inheritdoc/>
    public void Dispose() => _transport.Close();

    // The queue is in the job itself: with `new EnqueuedState(queue)` a requeued job would go to 'default', which nobody serves.
    private void Enqueue(string resource) => _client.Enqueue<StageJob>(resource, job => job.Serve(resource));

    private sealed class StageJobActivator(StageJob job) : JobActivator
    {
        public override object ActivateJob(Type jobType) => jobType == typeof(StageJob)
            ? job
            : throw new InvalidOperationException($"Nothing here makes a {jobType}.");
    }

    private sealed class RingExpiration : IApplyStateFilter
    {
        public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction) => context.JobExpirationTimeout = Transport.RingsExpireIn;

        public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction) => context.JobExpirationTimeout = Transport.RingsExpireIn;
    }
}
