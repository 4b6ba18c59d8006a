namespace DnC.Workflow.Stages.Lifecycle;

/// <summary>Where a stage of a run stands. <see cref="Transitions"/> is the only list of moves between these.</summary>
public enum StageState
{
    /// <summary>Some input is not there yet, or the gate is shut.</summary>
    Waiting,

    /// <summary>Every input is there; whoever claims it may run it (not before its retry time).</summary>
    Ready,

    /// <summary>One attempt holds the claim.</summary>
    Running,

    /// <summary>Its outputs are in the artifact store and named by the ledger.</summary>
    Succeeded,

    /// <summary>A stage with the same key had succeeded: its outputs stand for this one's.</summary>
    Reused,

    /// <summary>Nothing to do: its cluster does not exist.</summary>
    Skipped,

    /// <summary>No budget left, a failure that no retry mends, or poison.</summary>
    Failed,

    /// <summary>Its run was cancelled before it ended.</summary>
    Cancelled,
}

/// <summary>Where a run stands; derived from its stages, but for the wishes of a person (paused, cancelled).</summary>
public enum RunState
{
    /// <summary>Something is ready or running, or waits for a gate.</summary>
    Running,

    /// <summary>A person asked it to pause: nothing new is claimed, running stages release at their next heartbeat.</summary>
    Paused,

    /// <summary>Every stage succeeded, was reused or skipped.</summary>
    Succeeded,

    /// <summary>A stage failed, and nothing is ready or running any more.</summary>
    Failed,

    /// <summary>A person cancelled it.</summary>
    Cancelled,
}

/// <summary>What a run's stages add up to.</summary>
public static class StageStates
{
    /// <summary>Whether a dependant may go on past a stage in this state.</summary>
    public static bool IsSatisfied(this StageState state) =>
        state is StageState.Succeeded or StageState.Reused or StageState.Skipped;

    /// <summary>Whether nothing but a rerun moves a stage on from this state.</summary>
    public static bool IsEnded(this StageState state) =>
        state is StageState.Succeeded or StageState.Reused or StageState.Skipped or StageState.Failed or StageState.Cancelled;

    /// <summary>Whether a run in this state goes on only if a person asks for it. A cancelled one may still have stages that are being told.</summary>
    public static bool IsEnded(this RunState state) => state is RunState.Succeeded or RunState.Failed or RunState.Cancelled;

    /// <summary>The word for people and for JSON: lower case.</summary>
    public static string Word(this StageState state) => Words[(int)state];

    /// <summary>The word for people and for JSON: lower case.</summary>
    public static string Word(this RunState state) => RunWords[(int)state];

    private static readonly string[] Words = [.. Enum.GetNames<StageState>().Select(n => n.ToLowerInvariant())];
    private static readonly string[] RunWords = [.. Enum.GetNames<RunState>().Select(n => n.ToLowerInvariant())];
}
