using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Stages.Ports;

/// <summary>
/// Who waits for a stage or a run from outside (a workflow's activity, a web hook), and what that lets go on. Every method is one transaction.
/// A request is known by its id for as long as its run is: the same id never does anything twice, whatever has happened since.
/// A run or stage that does not exist, and an id that is taken for something else, throw <see cref="UserInputException"/>.
/// </summary>
public interface IGates
{
    /// <summary>
    /// Asks for a stage: opens its gate if that is shut, and has the request answered through the outbox when the stage ends.
    /// What it means for one that has ended says <see cref="GateRequest.IfEnded"/>; one that was cancelled with its run answers, or is done again (<see cref="GateRequest.Revive"/>).
    /// </summary>
    GateReply OpenGate(GateRequest request);

    /// <summary>Has the request answered through the outbox when the run ends (succeeded, failed, cancelled); at once if it has.</summary>
    GateReply WatchRun(RunWatch watch);

    /// <summary>
    /// The waiting side is gone: the request is dropped, and what was not delivered yet is not. Its gate stays open.
    /// </summary>
    /// <param name="requestId">The request. One that nobody made, or that was delivered, is left alone.</param>
    /// <param name="cancelRun">Cancel the run with it when no other request of it is open.</param>
    /// <returns>Whether there was something to drop.</returns>
    bool Withdraw(string requestId, bool cancelRun);

    /// <summary>Opens every gate of a run: from here on it goes on by itself, whoever was to open them.</summary>
    /// <param name="run">The run's id, in full.</param>
    /// <param name="wants">What is wanted of the stages behind them otherwise than planned; null: nothing.</param>
    /// <returns>How many were shut.</returns>
    int OpenAllGates(string run, StageWants? wants = null);

    /// <summary>
    /// Has an answer that was acknowledged delivered once more: for a waiting side that still waits, because it lost what it was told.
    /// </summary>
    /// <returns>Whether there is such an answer.</returns>
    bool Redeliver(string requestId);

    /// <summary>A request, or null when nobody made one of that id.</summary>
    RequestView? FindRequest(string requestId);

    /// <summary>Requests that still concern the waiting side (open, or answered and not delivered), oldest first.</summary>
    /// <param name="run">Of this run, or of all.</param>
    IReadOnlyList<RequestView> OpenRequests(string? run = null);

    /// <summary>What is in the outbox, oldest first: how often it was tried, what the listener said, when it is tried next.</summary>
    IReadOnlyList<UndeliveredEnd> Undelivered();
}

/// <summary>A request for a stage.</summary>
public sealed record GateRequest
{
    /// <summary>The run's id, in full.</summary>
    public required string Run { get; init; }

    /// <summary>The stage's name.</summary>
    public required string Stage { get; init; }

    /// <summary>What makes the request one and the same: the id of an activity's execution, say. At most 200 characters.</summary>
    public required string RequestId { get; init; }

    /// <summary>The <see cref="IStageEndListener.Name"/> of who is told.</summary>
    public required string Listener { get; init; }

    /// <summary>What it means where the stage has ended already.</summary>
    public IfEnded IfEnded { get; init; }

    /// <summary>
    /// Whether the request may bring a cancelled run back. False: it is answered at once with what the stage ended in, so that a request that
    /// was under way when the run was cancelled starts nothing.
    /// </summary>
    public bool Revive { get; init; }

    /// <summary>What is wanted otherwise than planned. Of a stage that is running, or done, nothing changes.</summary>
    public StageWants Wants { get; init; } = StageWants.AsPlanned;
}

/// <summary>What a new request for a stage that has ended means. A stage that was skipped answers in any case.</summary>
public enum IfEnded
{
    /// <summary>
    /// One that succeeded answers at once. One that failed goes on: the same generation with fresh budgets, from its last checkpoint, as a
    /// person's 'run' typed again does.
    /// </summary>
    GoOn,

    /// <summary>One that succeeded answers at once. One that failed is done again in a new generation, from the start, as 'rerun' does.</summary>
    StartOver,

    /// <summary>One that succeeded is done again, too.</summary>
    Redo,

    /// <summary>
    /// One that succeeded answers at once. A failure is no answer, now or later: it waits until somebody else has had the stage done again and
    /// it has succeeded, or until the run is cancelled.
    /// </summary>
    Wait,
}

/// <summary>A request for a run's end.</summary>
public sealed record RunWatch
{
    /// <summary>The run's id, in full.</summary>
    public required string Run { get; init; }

    /// <summary>What makes the request one and the same. At most 200 characters.</summary>
    public required string RequestId { get; init; }

    /// <summary>The <see cref="IStageEndListener.Name"/> of who is told.</summary>
    public required string Listener { get; init; }

    /// <summary>Whether a new request lets a failed run go on, with fresh budgets and from its last checkpoints.</summary>
    public bool ContinueFailed { get; init; }

    /// <summary>Whether a failure is no answer, now or later: it waits until somebody has let the run go on and it has succeeded, or was cancelled.</summary>
    public bool Patient { get; init; }
}

/// <summary>What a request did.</summary>
/// <param name="Effect">What happened in this call.</param>
/// <param name="State">Where the request stands after it.</param>
public sealed record GateReply(GateEffect Effect, RequestState State);

/// <summary>What a request did in the call that made it.</summary>
public enum GateEffect
{
    /// <summary>Nothing: the id is known.</summary>
    Known,

    /// <summary>It waits for what goes on anyway.</summary>
    Attached,

    /// <summary>It opened the stage's gate, and waits.</summary>
    Opened,

    /// <summary>What had failed goes on with fresh budgets, and it waits.</summary>
    Continued,

    /// <summary>The stage is done again in a new generation, and it waits.</summary>
    Restarted,

    /// <summary>It was answered at once.</summary>
    Answered,
}

/// <summary>Where a request stands.</summary>
public enum RequestState
{
    /// <summary>It waits for an end.</summary>
    Open,

    /// <summary>The end is in the outbox.</summary>
    Answered,

    /// <summary>Its listener has acknowledged the end.</summary>
    Delivered,

    /// <summary>The waiting side has dropped it.</summary>
    Withdrawn,
}
