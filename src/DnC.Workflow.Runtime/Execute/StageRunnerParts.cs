using DnC.Workflow.Runtime.Execute.Tracking;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>What a runner works with.</summary>
public sealed record StageRunnerParts
{
    /// <summary>The one truth.</summary>
    public required ILedger Ledger { get; init; }

    /// <summary>Outputs and checkpoints.</summary>
    public required IArtifactStore Store { get; init; }

    /// <summary>Runs the bodies.</summary>
    public required IStageHost Host { get; init; }

    /// <summary>Renews the claims.</summary>
    public required Heartbeats Heartbeats { get; init; }

    /// <summary>Writes that outlast a database outage.</summary>
    public required PersistentWrite Write { get; init; }

    /// <summary>Times the attempts.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The folder of all attempts' work areas.</summary>
    public required string WorkRoot { get; init; }

    /// <summary>Threads of a body whose options do not say.</summary>
    public required Func<StageNode, int> Threads { get; init; }

    /// <summary>The device that a stage's body runs on; null leaves it to the body.</summary>
    public Func<StageNode, DeviceUse?> Device { get; init; } = _ => null;

    /// <summary>For a worker among many: images that are not there are this machine's fault and no stage's. Null: the only machine there is.</summary>
    public DataSight? Sight { get; init; }

    /// <summary>For a worker among many: whether it can run stages at all. Null: the only machine there is, and what is wrong with it fails its stages.</summary>
    public WorkerHealth? Health { get; init; }

    /// <summary>Whether attempts' logs are sealed into the store too: where others than this machine shall see them.</summary>
    public bool SealLogs { get; init; }

    /// <summary>Told of a log that could not be sealed.</summary>
    public Action<string, Exception> Report { get; init; } = (what, e) => Console.Error.WriteLine($"{what}: {e}");

    /// <summary>The folder of TensorBoard's files, a folder for each run and stage in it; null: none are written.</summary>
    public string? TensorBoard { get; init; }

    /// <summary>The MLflow server that gets the curves too; null: none.</summary>
    public MlflowServer? Mlflow { get; init; }

    /// <summary>Cancelled when the engine can wait no longer for the database.</summary>
    public CancellationToken Abandon { get; init; }

    /// <summary>Told of every point that an attempt passes; must be quick.</summary>
    public Action<AttemptPoint, StageClaim> Passed { get; init; } = (_, _) => { };

    /// <summary>Told how an attempt ended, in words, once the ledger has taken or refused it; must be quick.</summary>
    public Action<StageClaim, string> Ended { get; init; } = (_, _) => { };
}
