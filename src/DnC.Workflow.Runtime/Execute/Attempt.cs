using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>An attempt in the hands of <see cref="StageRunner"/>.</summary>
/// <param name="Claim">The claimed stage.</param>
/// <param name="Area">Where it writes.</param>
/// <param name="Log">Its log.</param>
/// <param name="Sealed">Its stage's checkpoints in the store.</param>
/// <param name="Stop">The wish to stop.</param>
/// <param name="Watch">The claim's heartbeat.</param>
/// <param name="Progress">Takes the body's progress.</param>
internal sealed record Attempt(
    StageClaim Claim, WorkArea Area, AttemptLog Log, SealedCheckpoints Sealed, StopSignal Stop, Heartbeats.Watch Watch, Action<StageProgress> Progress)
{
    /// <summary>The resume point that the ledger names, as far as this attempt knows.</summary>
    public CheckpointRef? Named { get; set; } = Claim.Resume;

    /// <summary>Whether its body has begun.</summary>
    public bool HasBegun { get; set; }

    /// <summary>The step of its last checkpoint where the store did not take it: what is lost of its work then is nobody's fault. Null if it did.</summary>
    public long? NotStored { get; set; }

    /// <summary>Ends the body once it has run for as long as its stage may; stands still while it waits for a device. Null where there is no limit.</summary>
    public ITimer? Timeout { get; set; }
}
