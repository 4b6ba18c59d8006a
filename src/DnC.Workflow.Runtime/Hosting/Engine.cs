using System.Data.Common;
using System.Globalization;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.Recover;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Hangfire;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>What an engine is connected to.</summary>
internal sealed record EngineParts
{
    /// <summary>The one truth.</summary>
    public required ILedger Ledger { get; init; }

    /// <summary>Outputs.</summary>
    public required IArtifactStore Store { get; init; }

    /// <summary>What it hears.</summary>
    public required HangfireDoorbell Bell { get; init; }

    /// <summary>Slots of each class that a pass may ring for: its own, or those of all live workers.</summary>
    public required Func<IReadOnlyDictionary<string, int>> LiveSlots { get; init; }

    /// <summary>Workers that are known to be gone, whatever their leases say.</summary>
    public required Func<string, bool> IsDead { get; init; }

    /// <summary>For one machine among many: which data folders it does not see. Null: there is no other machine that could.</summary>
    public DataSight? Sight { get; init; }

    /// <summary>For a worker among many: whether it can run stages at all. Null: there is no other that could.</summary>
    public WorkerHealth? Health { get; init; }

    /// <summary>Whether attempts' logs are sealed into the store too: where others than this machine shall see them.</summary>
    public bool SealLogs { get; init; }

    /// <summary>Tells others that it takes nothing more; called once, when it begins to stop.</summary>
    public Action Drain { get; init; } = () => { };

    /// <summary>Clears what a predecessor left in the work folder; called once, before anything is claimed.</summary>
    public required Action<string> Sweep { get; init; }
}

/// <summary>The one engine of every role: a server for each class, one runner, heartbeats, reconciler, and how they stop.</summary>
internal sealed class Engine(EngineOptions options) : IDisposable
{
    /// <summary>What a database that is there takes but a moment for; one that is away is not waited for longer. [ours]</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private static int s_engines;

    private readonly Stack<IDisposable> _owned = new();
    private readonly List<BackgroundJobServer> _servers = [];
    private readonly RunningAttempts _running = new(options.Slots);
    private readonly CancellationTokenSource _abandon = new();
    private readonly Pulse _pulse = new();
    private readonly Lock _stopLock = new();
    private StageJob? _job;
    private Action _drain = () => { };
    private Task? _stopped;

    /// <summary>This engine's name in the ledger, unique among all that ever were.</summary>
    public string Worker { get; } = NewName();

    /// <summary>Whether the calling thread is about to claim of this class anyway.</summary>
    public bool GoesOnWith(string resource) => _job?.GoesOnWith(resource) ?? false;

    /// <summary>Leaves the disposal to the engine: in the reverse order, after everything that was made later.</summary>
    public T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    /// <summary>Takes over what a predecessor left, and begins to claim.</summary>
    public void Start(EngineParts parts)
    {
        var (ledger, lease) = (parts.Ledger, options.Lease);
        var workRoot = options.WorkRoot;
        Durable.CreateFolder(workRoot);
        var heartbeats = Own(new Heartbeats(ledger, lease, options.Time, options.Report));
        var runner = new StageRunner(new StageRunnerParts
        {
            Ledger = ledger,
            Store = parts.Store,
            Host = options.Child is { } child ? new ChildProcessHost(child, lease, options.Time) : new InProcessHost(options.Executors),
            Heartbeats = heartbeats,
            Write = new PersistentWrite(options.Time, lease, options.Report),
            Time = options.Time,
            WorkRoot = workRoot,
            Threads = options.ThreadsFor,
            Device = options.Device,
            SealLogs = parts.SealLogs,
            TensorBoard = options.TensorBoard,
            Mlflow = options.Mlflow,
            Report = options.Report,
            Abandon = _abandon.Token,
            Passed = options.Passed,
            Ended = options.Ended,
            Sight = parts.Sight,
            Health = parts.Health,
        });
        var kinds = options.Executors.ToDictionary(e => e.Kind, e => e.Version, StringComparer.Ordinal);
        _drain = parts.Drain;
        _job = new StageJob(ledger, Request, runner, _running, parts.Health, options.Time, _pulse.Beat, options.Report);

        // Before anything is claimed: what the predecessor held becomes ready, and what it had ended is swept.
        ledger.Reconcile(Pass());
        parts.Sweep(workRoot);
        Own(options.Time.CreateTimer(_ => Beat(), null, lease.Pass, lease.Pass));
        Own(new ReconcilerThread(new Reconciler(ledger, Pass, lease, options.Time, options.Jitter, Reports())));
        foreach (var (resource, slots) in options.Slots)
            _servers.Add(parts.Bell.Listen(resource, slots, _job, lease.Grace));

        ClaimRequest Request(string resource) => new()
        {
            Resource = resource,
            Worker = Worker,
            Executors = kinds,
            IsPresent = parts.Store.IsWhole,
            OnlyRun = options.OnlyRun(),
            Avoided = parts.Sight?.Avoided() ?? [],
        };

        ReconcileRequest Pass() => new() { Slots = parts.LiveSlots(), PendingRings = parts.Bell.Pending, IsDead = parts.IsDead };
    }

    /// <summary>What SIGTERM means: claim nothing more, let every stage checkpoint within the grace, release, let go of all it owns.</summary>
    public Task StopAsync()
    {
        lock (_stopLock)
            return _stopped ??= Stop();
    }

    /// <summary>Whether the ledger could not be told how an attempt ended while this engine was stopping, or an attempt had not ended when it stopped.</summary>
    public bool LeftUntold => (_job?.LeftUntold ?? false) || !_running.Idle.IsCompleted;

    /// <summary>Lets go of all it owns, as far as it was made.</summary>
    public void Dispose()
    {
        // Their attempts have ended. A server that cannot say goodbye to a storage that is away goes on trying for as long as an attempt may
        // take to stop: in the background, while its process ends.
        var gone = _servers.ConvertAll(server => Task.Run(server.Dispose));
        _ = Task.WhenAny(Task.WhenAll(gone), Task.Delay(Farewell, options.Time)).GetAwaiter().GetResult();
        while (_owned.TryPop(out var owned))
            owned.Dispose();
        _abandon.Dispose();
    }

    /// <summary>Waits until a run has ended (succeeded, failed or cancelled), here or elsewhere.</summary>
    /// <exception cref="UserInputException">There is no such run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<RunSummary> WhenEnded(ILedger ledger, string run, CancellationToken cancel)
    {
        while (true)
        {
            var next = _pulse.Next;
            var summary = ledger.FindSummary(run) ?? throw new UserInputException($"There is no run '{run}'; 'dnc runs' lists those there are.");
            if (summary.State.IsEnded())
                return summary;
            await next.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    private async Task Stop()
    {
        foreach (var server in _servers)
            server.SendStop();
        _running.Stop();
        var drained = Task.Run(_drain);

        // A child that ignores the wish is killed at the grace; the rest is for telling the ledger. If that is away, the lease tells.
        await Task.WhenAny(_running.Idle, Task.Delay(options.Lease.Grace + TimeSpan.FromSeconds(5), options.Time, _abandon.Token)).ConfigureAwait(false);
        await _abandon.CancelAsync().ConfigureAwait(false);
        _ = await Task.WhenAny(drained, Task.Delay(Farewell, options.Time)).ConfigureAwait(false);
        await Task.Run(Dispose).ConfigureAwait(false);
    }

    private void Beat()
    {
        if (!RootLock.IsMine(options.Root))
            options.Report("holding the folder", new RootLostException(options.Root));
        _pulse.Beat();
    }

    private Action<ReconcileReport?, Exception?> Reports()
    {
        var away = false;
        return (done, error) =>
        {
            // Once when the database goes away, not every second until it is back.
            if (error is not null && (error is not DbException || !away))
                options.Report("reconciling", error);
            away = error is DbException;
            if (done?.Repaired > 0)
                options.Report("reconciling", new InvalidOperationException($"{done.Repaired} counters or states of the ledger were wrong and are right now: a defect of this program."));
        };
    }

    private static string NewName()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.MachineName}:{process.Id}:{process.StartTime.Ticks:x}:{Interlocked.Increment(ref s_engines)}");
    }
}
