using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>What makes an engine a worker among many.</summary>
public sealed record WorkerOptions
{
    /// <summary>Ends the wait for a store that does not answer at the start: then it counts as one that cannot be reached.</summary>
    public CancellationToken GiveUp { get; init; }

    /// <summary>The engine; its root is the worker's own folder.</summary>
    public required EngineOptions Engine { get; init; }

    /// <summary>The database of ledger and rings. Never logged.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Opens the store with the outputs of all workers, once the worker's folder is its own. A store that is disposable is the worker's to dispose of.</summary>
    public required Func<IArtifactStore> OpenStore { get; init; }

    /// <summary>Which old runs it forgets, with what only they need; null: none.</summary>
    public RetentionOptions? Retention { get; init; }

    /// <summary>The program's version, for people.</summary>
    public required string Version { get; init; }

    /// <summary>The device, for people.</summary>
    public required string Device { get; init; }
}
