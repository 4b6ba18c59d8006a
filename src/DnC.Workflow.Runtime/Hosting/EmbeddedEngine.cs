using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Hangfire;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>
/// One engine in this process on one root: SQLite ledger, Hangfire.InMemory, folders. It holds the root's lock, so every other worker
/// that the ledger names is dead, and its claims are taken over at once.
/// </summary>
public sealed class EmbeddedEngine : IAsyncDisposable
{
    private readonly Engine _engine;

    private EmbeddedEngine(EngineOptions options, Func<IDoorbell, ILedger> openLedger)
    {
        _engine = new Engine(options);
        try
        {
            _engine.Own(RootLock.Take(options.Root));
            var transport = InMemoryTransport.Open();
            Rings = transport.Storage;
            var bell = _engine.Own(new HangfireDoorbell(transport, resource => options.Slots.GetValueOrDefault(resource), options.Report));
            Ledger = openLedger(bell);
            if (Ledger is IDisposable disposable)
                _engine.Own(disposable);
            Store = new FolderStore(ArtifactFolder(options.Root));
            _engine.Start(new EngineParts
            {
                Ledger = Ledger,
                Store = Store,
                Bell = bell,
                LiveSlots = () => options.Slots,
                IsDead = worker => worker != Worker,
                Sweep = workRoot => WorkSweep.Run(workRoot, Ledger, Store),
            });
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

    /// <summary>Outputs of stages.</summary>
    public IArtifactStore Store { get; }

    /// <summary>What carries its rings, to be looked at.</summary>
    public JobStorage Rings { get; }

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
        options.Check();
        return new EmbeddedEngine(options, openLedger);
    }

    /// <summary>Waits until a run has ended (succeeded, failed or cancelled).</summary>
    /// <exception cref="UserInputException">There is no such run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Task<RunSummary> WhenEnded(string run, CancellationToken cancel) => _engine.WhenEnded(Ledger, run, cancel);

    /// <summary>What SIGTERM means: claim nothing more, let every stage checkpoint within the grace, release, let go of the root.</summary>
    public Task StopAsync() => _engine.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);
}
