using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Ports;

/// <summary>Who claims what.</summary>
public sealed record ClaimRequest
{
    /// <summary>The resource class.</summary>
    public required string Resource { get; init; }

    /// <summary>The engine, unique among those alive.</summary>
    public required string Worker { get; init; }

    /// <summary>The one run whose stages it takes, or null for all: an engine inside a command serves that command's run.</summary>
    public string? OnlyRun { get; init; }

    /// <summary>What it leaves to others: the stages of a kind in a run.</summary>
    public IReadOnlyList<(string Run, string Kind)> Avoided { get; init; } = [];

    /// <summary>The kinds it can run, with their versions.</summary>
    public required IReadOnlyDictionary<string, int> Executors { get; init; }

    /// <summary>Whether an earlier result's bytes are still there.</summary>
    public required Func<Artifact, bool> IsPresent { get; init; }
}

/// <summary>Proof of a claim. A ticket with an old fence is refused everywhere.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Stage">The stage's name.</param>
/// <param name="Fence">Grows with every claim of the stage, across generations.</param>
public sealed record ClaimTicket(string Run, string Stage, long Fence);

/// <summary>A claimed stage with all that an attempt needs.</summary>
public sealed record StageClaim
{
    /// <summary>The proof.</summary>
    public required ClaimTicket Ticket { get; init; }

    /// <summary>The stage as planned.</summary>
    public required StageNode Node { get; init; }

    /// <summary>1, and one more for each rerun.</summary>
    public required int Generation { get; init; }

    /// <summary>Attempts of this generation, this one included.</summary>
    public required int Attempt { get; init; }

    /// <summary>The stage's key.</summary>
    public required string Key { get; init; }

    /// <summary>Input files by input name; those of skipped producers are left out.</summary>
    public required IReadOnlyDictionary<string, ArtifactFile> Inputs { get; init; }

    /// <summary>Where to go on from, or null.</summary>
    public CheckpointRef? Resume { get; init; }

    /// <summary>Where the images are.</summary>
    public required DataSpec Data { get; init; }
}

/// <summary>A resume point.</summary>
/// <param name="Location">Folder, relative to the work area of the root.</param>
/// <param name="Step">Steps done when it was written.</param>
public sealed record CheckpointRef(string Location, long Step);

/// <summary>What a run wants of a running stage.</summary>
public enum RunWish
{
    /// <summary>Go on.</summary>
    GoOn,

    /// <summary>Checkpoint and release.</summary>
    Pause,

    /// <summary>Stop; the stage is cancelled.</summary>
    Cancel,

    /// <summary>The claim is another's now: stop and commit nothing.</summary>
    Lost,
}

/// <summary>How an attempt failed.</summary>
/// <param name="Message">For a person.</param>
/// <param name="Retryable">Whether the failure budget applies.</param>
/// <param name="Detail">Exception or signal with the end of the log, for the attempt's record.</param>
public sealed record AttemptFailure(string Message, bool Retryable, string? Detail = null);

/// <summary>What a reconciler pass may do.</summary>
public sealed record ReconcileRequest
{
    /// <summary>Classes with live slots, and how many: a ready class is rung at most twice as often.</summary>
    public required IReadOnlyDictionary<string, int> Slots { get; init; }

    /// <summary>Rings of a class that are enqueued and not yet heard.</summary>
    public required Func<string, int> PendingRings { get; init; }

    /// <summary>Claims of this worker are known to be dead whatever their lease says (embedded: whoever holds the root's lock says so of all others).</summary>
    public Func<string, bool> IsDead { get; init; } = _ => false;
}

/// <summary>What a pass did.</summary>
/// <param name="Ran">False: another engine is making a pass.</param>
/// <param name="Expired">Claims taken back.</param>
/// <param name="Rung">Classes rung.</param>
/// <param name="Repaired">Fan-in counters or states put right; anything but 0 is a defect worth reporting.</param>
public sealed record ReconcileReport(bool Ran, int Expired, int Rung, int Repaired);
