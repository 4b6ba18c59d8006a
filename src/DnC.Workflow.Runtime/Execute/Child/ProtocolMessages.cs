using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute.Child;

/// <summary>Engine to child, one JSON object a line with one property: first the invocation, then a stop or answers to checkpoints.</summary>
public sealed record ToChild
{
    /// <summary>What to run: the first line, once.</summary>
    public StageInvocation? Invocation { get; init; }

    /// <summary>Checkpoint and stop; the word says why.</summary>
    public string? Stop { get; init; }

    /// <summary>Whether the checkpoint that the child waits for is the resume point now.</summary>
    public bool? CheckpointAck { get; init; }
}

/// <summary>Child to engine, one JSON object a line with one property. The last is one of result, failure, stopped, unfit, inputLost.</summary>
public sealed record FromChild
{
    /// <summary>The body begins: the process is up, and has the device that it waited for.</summary>
    public bool? Begun { get; init; }

    /// <summary>How far it is; a few a second.</summary>
    public StageProgress? Progress { get; init; }

    /// <summary>A checkpoint is written and fsynced; the child waits for the answer.</summary>
    public WrittenCheckpoint? Checkpoint { get; init; }

    /// <summary>A line for the attempt's log.</summary>
    public string? Log { get; init; }

    /// <summary>A point of the curves; every one is sent.</summary>
    public StageMetrics? Metrics { get; init; }

    /// <summary>The end: it did its work.</summary>
    public StageResult? Result { get; init; }

    /// <summary>The end: it could not go on.</summary>
    public AttemptFailure? Failure { get; init; }

    /// <summary>The end: it stopped because it was asked to.</summary>
    public string? Stopped { get; init; }

    /// <summary>The end: this machine lets no body begin.</summary>
    public AttemptFailure? Unfit { get; init; }

    /// <summary>The end: an input is unreadable.</summary>
    public LostInput? InputLost { get; init; }

    /// <summary>The last message of an outcome.</summary>
    public static FromChild Last(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Finished finished => new() { Result = finished.Result },
        AttemptOutcome.Failed failed => new() { Failure = failed.Failure },
        AttemptOutcome.Stopped stopped => new() { Stopped = stopped.How },
        AttemptOutcome.Unfit unfit => new() { Unfit = unfit.Failure },
        AttemptOutcome.InputLost lost => new() { InputLost = new LostInput(lost.Input, lost.Reason) },
        _ => throw new InvalidOperationException($"No message for {outcome}."),
    };

    /// <summary>The outcome that this message brings, or null if it is not the last one.</summary>
    public AttemptOutcome? Outcome() => this switch
    {
        { Result: { } result } => new AttemptOutcome.Finished(result),
        { Failure: { } failure } => new AttemptOutcome.Failed(failure),
        { Stopped: { } how } => new AttemptOutcome.Stopped(how),
        { Unfit: { } unfit } => new AttemptOutcome.Unfit(unfit),
        { InputLost: { } lost } => new AttemptOutcome.InputLost(lost.Input, lost.Reason),
        _ => null,
    };
}

/// <summary>A checkpoint on disk.</summary>
/// <param name="Folder">Its absolute path.</param>
/// <param name="Step">Steps done.</param>
public sealed record WrittenCheckpoint(string Folder, long Step);

/// <summary>An unreadable input.</summary>
/// <param name="Input">Its name.</param>
/// <param name="Reason">What was found.</param>
public sealed record LostInput(string Input, string Reason);
