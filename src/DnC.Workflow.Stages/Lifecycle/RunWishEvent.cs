namespace DnC.Workflow.Stages.Lifecycle;

/// <summary>What a person or a workflow can want of a run that is there.</summary>
public enum RunWishEvent
{
    /// <summary>Hold it.</summary>
    Paused,

    /// <summary>Let it go on after a pause.</summary>
    Unpaused,

    /// <summary>Go on with it, with fresh budgets.</summary>
    Continued,

    /// <summary>Do a stage again, and what follows from it.</summary>
    Rerun,

    /// <summary>Cancel what has not ended.</summary>
    Cancelled,

    /// <summary>Let a gated run go on without whoever was to open its gates.</summary>
    GatesOpened,
}
