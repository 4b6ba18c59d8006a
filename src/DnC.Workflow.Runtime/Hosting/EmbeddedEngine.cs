using System.Data.Common;
using System.Globalization;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Recover;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Hangfire;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>
/// One engine in this process on one root: SQLite ledger, Hangfire.InMemory, folders. It holds the root's lock, so every other worker
/// that the ledger names is dead, and its claims are taken over at once.
/// </summary>
public sealed class EmbeddedEngine : IAsyncDisposable
{
    private static int s_engines;

    private readonly EngineOptions _options;
    private readonly Stack<IDisposable> _owned = new();
    private readonly List<BackgroundJobServer> _servers = [];
    private readonly RunningAttempts _running = new();
    private readonly CancellationTokenSource _abandon = new();
    private readonly Pulse _pulse = new();
    private readonly Lock _stopLock = new();
    private Task? _stopped;

    private EmbeddedEngine(EngineOptions options, Func<IDoorbell, ILedger> openLedger)
    {
        _options = options;
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        Worker = string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.MachineName}:{process.Id}:{process.StartTime.Ticks:x}:{Interlocked.Increment(ref s_engines)}");
        _owned.Push(_abandon);
        try
        {
            _owned.Push(RootLock.Take(options.Root));
            var bell = Own(new HangfireDoorbell(options.Slots, options.Report));
            Ledger = openLedger(bell);
            if (Ledger is IDisposable disposable)
                _owned.Push(disposable);
            Store = new FolderStore(ArtifactFolder(options.Root));
            Start(bell);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>This engine's name in the ledger, unique among all that ever were.</summary>
    public string Worker { get; }

    /// <summary>The one truth; submit, cancel and rerun here.</summary>
    public ILedger Ledger { get; }

    /// <summary>Outputs of stages.</summary>
    public IArtifactStore Store { get; }

    /// <summary>Where the outputs of a root's stages lie.</summary>
    public static string ArtifactFolder(string root) => Path.Combine(root, "artifacts");

    /// <summary>Takes the root, opens its ledger ('ledger.db'), takes over what a dead engine left, and begins to claim.</summary>
    /// <param name="options">What it is made of.</param>
    /// <exception cref="UserInputException">The root is in use or cannot be written, a class name is no name, or the ledger is of a newer version.</exception>
    public static EmbeddedEngine Start(EngineOptions options) => Start(options, bell => SqlLedger.Open(
        Path.Combine(options.Root, "ledger.db"),
        new LedgerParts { Clock = options.Time, Doorbell = bell, Jitter = options.Jitter, Lease = options.Lease }));

    /// <summary>The same over another ledger.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="openLedger">Opens the ledger of the root, which rings the given doorbell. The engine disposes it.</param>
    /// <exception cref="UserInputException">The root is in use or cannot be written, a class name is no name, or the ledger is of a newer version.</exception>
    public static EmbeddedEngine Start(EngineOptions options, Func<IDoorbell, ILedger> openLedger)
    {
        foreach (var (resource, slots) in options.Slots)
        {
            if (slots < 1 || resource.Length == 0 || resource.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_')))
                throw new UserInputException($"Resource class '{resource}' with {slots} slots: names are of a-z, 0-9, '-' and '_', slots at least 1.");
        }

        return new EmbeddedEngine(options, openLedger);
    }

    /// <summary>Waits until a run has ended (succeeded, failed or cancelled).</summary>
    /// <exception cref="UserInputException">There is no such run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<RunSummary> WhenEnded(string run, CancellationToken cancel)
    {
        while (true)
        {
            var next = _pulse.Next;
            var summary = Ledger.List().FirstOrDefault(r => r.Id == run) ?? throw new UserInputException($"There is no run '{run}' in '{_options.Root}'.");
            if (summary.State is RunState.Succeeded or RunState.Failed or RunState.Cancelled)
                return summary;
            await next.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What SIGTERM means: claim nothing more, let every stage checkpoint within the grace, release, let go of the root.</summary>
    public Task StopAsync()
    {
        lock (_stopLock)
            return _stopped ??= Stop();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private void Start(HangfireDoorbell bell)
    {
        var (ledger, lease) = (Ledger, _options.Lease);
        var workRoot = Path.Combine(_options.Root, "work");
        Durable.CreateFolder(workRoot);
        var write = new PersistentWrite(_options.Time, lease, _options.Report);
        var heartbeats = Own(new Heartbeats(ledger, lease, _options.Time, _options.Report));
        var runner = new StageRunner(new StageRunnerParts
        {
            Ledger = ledger,
            Store = Store,
            Host = _options.Child is { } child ? new ChildProcessHost(child, lease, _options.Time) : new InProcessHost(_options.Executors),
            Heartbeats = heartbeats,
            Write = write,
            Time = _options.Time,
            WorkRoot = workRoot,
            Threads = _options.ThreadsFor,
            Abandon = _abandon.Token,
            Passed = _options.Passed,
        });
        var kinds = _options.Executors.ToDictionary(e => e.Kind, e => e.Version, StringComparer.Ordinal);
        var job = new StageJob(ledger, Request, runner, _running, _pulse.Beat, _options.Report);
        var away = false;
        var reconcile = new ReconcileRequest
        {
            Slots = _options.Slots,
            PendingRings = bell.Pending,
            IsDead = worker => worker != Worker,
        };

        // Before anything is claimed: what the predecessor held becomes ready, and what it had ended is swept.
        ledger.Reconcile(reconcile);
        WorkSweep.Run(workRoot, ledger);
        Own(new ReconcilerThread(new Reconciler(ledger, reconcile, lease, _options.Time, _options.Jitter, Reported)));
        Own(_options.Time.CreateTimer(_ => Beat(), null, lease.Pass, lease.Pass));
        foreach (var resource in _options.Slots.Keys)
            _servers.Add(Own(bell.Listen(resource, job, lease.Grace)));

        ClaimRequest Request(string resource) => new() { Resource = resource, Worker = Worker, Executors = kinds, IsPresent = IsWhole, OnlyRun = _options.OnlyRun() };

        void Reported(ReconcileReport? done, Exception? error)
        {
            // Once when the database goes away, not every second until it is back.
            if (error is not null && (error is not DbException || !away))
                _options.Report("reconciling", error);
            away = error is DbException;
            if (done?.Repaired > 0)
                _options.Report("reconciling", new InvalidOperationException($"{done.Repaired} counters or states of the ledger were wrong and are right now: a defect of this program."));
        }
    }

    private async Task Stop()
    {
        foreach (var server in _servers)
            server.SendStop();
        _running.Stop();

        // A child that ignores the wish is killed at the grace; the rest is for telling the ledger. If that is away, the lease tells.
        await Task.WhenAny(_running.Idle, Task.Delay(_options.Lease.Grace + TimeSpan.FromSeconds(5), _options.Time, _abandon.Token)).ConfigureAwait(false);
        await _abandon.CancelAsync().ConfigureAwait(false);
        await Task.Run(Release).ConfigureAwait(false);
    }

    private void Release()
    {
        // In the reverse order of making: servers, reconciler, heartbeats, ledger, doorbell, and the lock last.
        while (_owned.TryPop(out var owned))
            owned.Dispose();
    }

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    /// <summary>Whether an earlier result can stand for a stage: every byte of it, since nothing downstream may ever read it again.</summary>
    private bool IsWhole(Artifact artifact)
    {
        try
        {
            foreach (var file in artifact.Files)
                Store.Open(file);
            return true;
        }
        catch (ArtifactLostException)
        {
            return false;
        }
    }

    private void Beat()
    {
        if (!RootLock.IsMine(_options.Root))
            _options.Report("holding the root", new RootLostException(_options.Root));
        _pulse.Beat();
    }
}
