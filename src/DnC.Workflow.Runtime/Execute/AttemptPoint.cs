namespace DnC.Workflow.Runtime.Execute;

/// <summary>The points of an attempt between which it may die. <see cref="StageRunner"/> says what a crash after each means.</summary>
public enum AttemptPoint
{
    /// <summary>The ledger says running.</summary>
    Claimed,

    /// <summary>Inputs are verified and the work area is there.</summary>
    Prepared,

    /// <summary>A checkpoint is durable in the artifact store.</summary>
    CheckpointSealed,

    /// <summary>A checkpoint is the resume point.</summary>
    Checkpointed,

    /// <summary>The ledger has refused a checkpoint: the stage is another attempt's.</summary>
    CheckpointRefused,

    /// <summary>The body has ended and is told of.</summary>
    BodyEnded,

    /// <summary>The outputs are durable under their location.</summary>
    Sealed,

    /// <summary>The ledger has taken the outcome.</summary>
    Settled,

    /// <summary>The ledger has refused the outcome: the stage is another attempt's.</summary>
    Refused,

    /// <summary>The work area is cleared.</summary>
    Cleared,
}
