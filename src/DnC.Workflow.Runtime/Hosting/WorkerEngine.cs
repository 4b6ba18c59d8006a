using System.Runtime.ExceptionServices;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>
/// One of any number of engines, in any processes and on any machines, on one PostgreSQL: ledger and rings there, artifacts in a shared
/// store, and a folder of its own for what it is at work on.
/// </summary>
public sealed class WorkerEngine : IAsyncDisposable
{
    /// <summary>
    /// In the worker's folder: touched at every heartbeat, whether the database is there or not, for whoever asks whether the process is alive.
    /// </summary>
    public const string AliveFile = "alive";

    private const int MostPredecessors = 16;

    private readonly Engine _engine;
    private readonly WorkerAnnouncer _announcer;

    private WorkerEngine(WorkerOptions worker)
    {
        var options = worker.Engine;
        _engine = new Engine(options);
        try
        {
            _engine.Own(RootLock.Take(options.Root, "work folder", "--work DIR", beside: ""));
            var (predecessors, since) = (Sign(options.Root), options.Time.GetTimestamp());
            var store = worker.OpenStore();
            if (store is IDisposable connections)
                _engine.Own(connections);
            ConnectionBudget.Require(worker.ConnectionString, options.Slots);

            var sight = new DataSight(options.Time);
            var health = WorkerHealth.Of(options.Child, options.WorkRoot, options.Time, options.Say);
            WorkerAnnouncer? announcer = null;
            var bell = _engine.Own(new HangfireDoorbell(
                PostgresTransport.Open(worker.ConnectionString, options.Slots),

                // One at least, for a worker of that class that starts this moment.
                resource => Math.Max(1, announcer?.LiveSlots.GetValueOrDefault(resource) ?? 0),
                options.Report));
            var ringer = _engine.Own(new RingerThread(() => bell, _engine.GoesOnWith, options.Report));
            var ledger = _engine.Own(SqlLedger.OpenPostgres(
                ConnectionBudget.ForLedger(worker.ConnectionString, options.Slots),
                new LedgerParts { Clock = options.Time, Doorbell = ringer, Jitter = options.Jitter, Lease = options.Lease }));
            Ledger = ledger;
            StoreIdentity.Hold(ledger, store);
            announcer = _engine.Own(new WorkerAnnouncer(ledger, worker.Engine.Note(Worker, worker.Version, worker.Device), options.Lease, options.Time, note => note with { Unseen = sight.Folders, Ailment = health.Ailment }, options.Report));
            _announcer = announcer;
            _engine.Start(new EngineParts
            {
                Ledger = ledger,
                Store = store,
                Bell = bell,
                LiveSlots = () => announcer.LiveSlots,

                // Whoever had this folder is gone, since it let go of the folder's lock. What is claimed under its name after all is a twin's, in a
                // copy of the folder.
                IsDead = other => predecessors.Contains(other) && options.Time.GetElapsedTime(since) < options.Lease.Lease,
                Sweep = workRoot => WorkSweep.Logs(workRoot, store, options.Report),
                Sight = sight,
                Health = health,
                SealLogs = true,
                Drain = announcer.Drain,
            });
            if (worker.Retention is { } retention)
                _engine.Own(new RetentionThread(ledger, new Collector(ledger, store), retention, options));
            _engine.Own(SignOfLife(options));
        }
        catch
        {
            _engine.Dispose();
            throw;
        }
    }

    /// <summary>This engine's name in the ledger, unique among all that ever were.</summary>
    public string Worker => _engine.Worker;

    /// <summary>The one truth; submit, cancel and rerun here.</summary>
    public ILedger Ledger { get; }

    /// <summary>Connects, enters the registry, and begins to claim.</summary>
    /// <exception cref="UserInputException">
    /// The folder is in use, a class name is no name, the server refuses, is too old or has too few connections, the store refuses or is another
    /// than the ledger's.
    /// </exception>
    /// <exception cref="System.Data.Common.DbException">The server cannot be reached, or is full, now; later it may be otherwise.</exception>
    /// <exception cref="ArtifactStoreAwayException">The store cannot be reached now.</exception>
    public static WorkerEngine Start(WorkerOptions options)
    {
        options.Engine.Check();
        var signal = new StopSignal();
        using var told = options.GiveUp.Register(() => signal.Request(StopReason.Cancel));
        using var waits = StoreWait.Until(signal);
        try
        {
            return new WorkerEngine(options);
        }
        catch (Exception e) when (PostgresComplaint.Cause(e) is not null)
        {
            var cause = PostgresComplaint.Cause(e)!;
            if (PostgresComplaint.MayPass(cause))
                ExceptionDispatchInfo.Throw(cause);
            if (e is UserInputException)
                throw;
            throw new UserInputException(PostgresComplaint.Refusal(cause, PostgresConnection.Read(options.ConnectionString)), e);
        }
    }

    /// <summary>Waits until a run has ended (succeeded, failed or cancelled), here or elsewhere.</summary>
    /// <exception cref="UserInputException">There is no such run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<RunSummary> WhenEnded(string run, CancellationToken cancel) => _engine.WhenEnded(Ledger, run, cancel);

    /// <summary>What SIGTERM means: claim nothing more, let every stage checkpoint within the grace, release, leave the registry.</summary>
    public Task StopAsync() => _engine.StopAsync();

    /// <summary>After it was stopped: whether the ledger was told, so that what it ran is others' at once and not when its lease ends.</summary>
    public bool IsToldOf => _announcer.HasLeft && !_engine.LeftUntold;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>Touches <see cref="AliveFile"/> until it is disposed of: for a worker that waits for its database, which is alive.</summary>
    public static ITimer SignOfLife(EngineOptions options)
    {
        var alive = Path.Combine(options.Root, AliveFile);
        return options.Time.CreateTimer(_ => Touch(alive, options.Time), null, TimeSpan.Zero, options.Lease.Heartbeat);
    }

    private static void Touch(string file, TimeProvider time)
    {
        try
        {
            File.WriteAllBytes(file, []);
            File.SetLastWriteTimeUtc(file, time.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk is full or the folder gone: then the file's age says so, which is what it is for.
        }
    }

    /// <summary>Writes whose folder it is now, and answers whose it was: also those who never got so far as to take over what they found.</summary>
    private HashSet<string> Sign(string folder)
    {
        var path = Path.Combine(folder, "worker");
        var before = File.Exists(path) ? File.ReadLines(path).Take(MostPredecessors).ToList() : [];
        File.WriteAllLines(path, [Worker, .. before]);
        Durable.FlushFile(path);
        return before.ToHashSet(StringComparer.Ordinal);
    }
}
