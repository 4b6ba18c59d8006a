using static DnC.Workflow.Stages.Lifecycle.Actor;
using static DnC.Workflow.Stages.Lifecycle.StageEvent;
using static DnC.Workflow.Stages.Lifecycle.StageState;

namespace DnC.Workflow.Stages.Lifecycle;

/// <summary>What can happen to a stage. The names are those of the ledger's event list.</summary>
public enum StageEvent
{
    /// <summary>The last input succeeded, was reused or skipped, and the gate is open.</summary>
    InputsComplete,

    /// <summary>Clustering found fewer clusters than asked for, and this stage's is not among them.</summary>
    ClusterAbsent,

    /// <summary>A claim found a present result under the same key.</summary>
    ResultFound,

    /// <summary>An engine took it.</summary>
    Claimed,

    /// <summary>The attempt that holds the fence committed its outputs.</summary>
    Completed,

    /// <summary>The attempt failed, and the budget allows another.</summary>
    AttemptFailed,

    /// <summary>The attempt failed for good: bad input, budget used up, or poison.</summary>
    GaveUp,

    /// <summary>The attempt stopped at a person's or the machine's request, after a checkpoint.</summary>
    Released,

    /// <summary>The claim was not renewed in time.</summary>
    LeaseExpired,

    /// <summary>An input's bytes were gone or damaged when the attempt opened them.</summary>
    InputLost,

    /// <summary>This stage's own outputs were found gone or damaged.</summary>
    OutputLost,

    /// <summary>Nobody claimed it within the time it may wait for a machine.</summary>
    QueueTimedOut,

    /// <summary>Its run was cancelled.</summary>
    RunCancelled,

    /// <summary>A person asked for this stage again.</summary>
    Rerun,

    /// <summary>A stage before it is done again, so its inputs may change.</summary>
    UpstreamRerun,

    /// <summary>A person asked its run to go on: fresh budgets, and the checkpoint it has.</summary>
    Continued,
}

/// <summary>Who may cause a transition.</summary>
public enum Actor
{
    /// <summary>The transaction that puts the last missing piece in place: one that ends another stage, opens the gate, or submits or mends the run.</summary>
    CompletingTransaction,

    /// <summary>The engine, before it holds a claim.</summary>
    Claimer,

    /// <summary>The engine that holds the claim: refused without the right fence.</summary>
    FencedEngine,

    /// <summary>The reconciler's pass.</summary>
    Reconciler,

    /// <summary>A person's command.</summary>
    RunService,
}

/// <summary>One row of the table.</summary>
/// <param name="From">The state before.</param>
/// <param name="Event">What happened.</param>
/// <param name="To">The state after.</param>
/// <param name="By">Who may cause it.</param>
/// <param name="NewGeneration">Whether the stage starts a new generation: fresh budgets, no checkpoint of an earlier one.</param>
public sealed record Transition(StageState From, StageEvent Event, StageState To, Actor By, bool NewGeneration = false);

/// <summary>THE table: every move a stage can make. The ledger refuses any other.</summary>
public static class Transitions
{
    /// <summary>All rows, in reading order.</summary>
    public static IReadOnlyList<Transition> All { get; } =
    [
        new(Waiting, InputsComplete, Ready, CompletingTransaction),
        new(Waiting, ClusterAbsent, Skipped, CompletingTransaction),
        new(Ready, ResultFound, Reused, Claimer),
        new(Ready, Claimed, Running, Claimer),
        new(Running, Completed, Succeeded, FencedEngine),
        new(Running, AttemptFailed, Ready, FencedEngine),
        new(Running, GaveUp, Failed, FencedEngine),
        new(Running, GaveUp, Failed, Reconciler),
        new(Running, Released, Ready, FencedEngine),
        new(Running, LeaseExpired, Ready, Reconciler),
        // The consumer goes back at no cost; the producer starts a new generation, so that it has one success in each.
        new(Running, InputLost, Waiting, FencedEngine),
        new(Succeeded, OutputLost, Ready, FencedEngine, NewGeneration: true),
        new(Reused, OutputLost, Ready, FencedEngine, NewGeneration: true),
        new(Ready, InputLost, Waiting, FencedEngine),
        new(Ready, QueueTimedOut, Failed, Reconciler),
        new(Waiting, RunCancelled, Cancelled, RunService),
        new(Ready, RunCancelled, Cancelled, RunService),
        new(Running, RunCancelled, Cancelled, FencedEngine),
        new(Running, RunCancelled, Cancelled, Reconciler),
        new(Succeeded, Rerun, Ready, RunService, NewGeneration: true),
        new(Reused, Rerun, Ready, RunService, NewGeneration: true),
        new(Failed, Rerun, Ready, RunService, NewGeneration: true),
        new(Cancelled, Rerun, Ready, RunService, NewGeneration: true),
        // Asked for again while something before it is unfinished: it waits for that as anything else does.
        new(Succeeded, Rerun, Waiting, RunService, NewGeneration: true),
        new(Reused, Rerun, Waiting, RunService, NewGeneration: true),
        new(Failed, Rerun, Waiting, RunService, NewGeneration: true),
        new(Cancelled, Rerun, Waiting, RunService, NewGeneration: true),
        new(Ready, UpstreamRerun, Waiting, RunService, NewGeneration: true),
        new(Succeeded, UpstreamRerun, Waiting, RunService, NewGeneration: true),
        new(Reused, UpstreamRerun, Waiting, RunService, NewGeneration: true),
        new(Skipped, UpstreamRerun, Waiting, RunService, NewGeneration: true),
        new(Failed, UpstreamRerun, Waiting, RunService, NewGeneration: true),
        new(Cancelled, UpstreamRerun, Waiting, RunService, NewGeneration: true),
        // The same generation: a person who mended the disk wants the checkpoint, not three days of training again.
        new(Failed, Continued, Ready, RunService),
        new(Failed, Continued, Waiting, RunService),
        // What comes back to ready while a lost input is still being made again waits for it, whoever brought it back.
        new(Ready, InputLost, Waiting, Reconciler),
        // The audit, where a counter was wrong.
        new(Waiting, InputsComplete, Ready, Reconciler),
        new(Waiting, ClusterAbsent, Skipped, Reconciler),
    ];

    private static readonly Dictionary<(StageState From, StageEvent Event, StageState To, Actor By), Transition> Rows =
        All.ToDictionary(t => (t.From, t.Event, t.To, t.By));

    private static readonly HashSet<(StageState From, StageEvent Event, StageState To)> Moves =
        [.. All.Select(t => (t.From, t.Event, t.To))];

    /// <summary>Whether the table has this move, whoever makes it.</summary>
    public static bool Allows(StageState from, StageEvent happened, StageState to) => Moves.Contains((from, happened, to));

    /// <summary>The row that lets <paramref name="by"/> make this move, or null.</summary>
    public static Transition? Find(StageState from, StageEvent happened, StageState to, Actor by) =>
        Rows.GetValueOrDefault((from, happened, to, by));
}
