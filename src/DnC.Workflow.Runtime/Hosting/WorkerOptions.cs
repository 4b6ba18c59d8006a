using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>What makes an engine a worker among many.</summary>
public sealed record WorkerOptions
{
    /// <summary>The engine; its root is the worker's own folder.</summary>
    public required EngineOptions Engine { get; init; }

    /// <summary>The database of ledger and rings. Never logged.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Where the outputs of all workers are.</summary>
    public required IArtifactStore Store { get; init; }

    /// <summary>Which old runs it forgets, with what only they need; null: none.</summary>
    public RetentionOptions? Retention { get; init; }

    /// <summary>The program's version, for people.</summary>
    public required string Version { get; init; }

    /// <summary>The device, for people.</summary>
    public required string Device { get; init; }
}
