using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.TestHost.Journals;

/// <summary>What a process of an attempt saw or did.</summary>
public enum JournalFact
{
    /// <summary>The engine: the claim is its own.</summary>
    Claimed,

    /// <summary>The engine: the ledger was asked to name a checkpoint next.</summary>
    CheckpointAsked,

    /// <summary>The engine: the ledger answered that a checkpoint is the resume point.</summary>
    CheckpointTaken,

    /// <summary>The engine: the ledger refused a checkpoint.</summary>
    CheckpointRefused,

    /// <summary>The engine: outputs are sealed, and the ledger was asked to take them next.</summary>
    CompletionAsked,

    /// <summary>The engine: the ledger took the attempt's outcome, whatever it was.</summary>
    OutcomeTaken,

    /// <summary>The engine: the ledger refused the attempt's outcome.</summary>
    OutcomeRefused,

    /// <summary>The engine: nothing more comes of this attempt.</summary>
    Left,

    /// <summary>The body: it begins, at a step and in a state.</summary>
    BodyStarted,

    /// <summary>The body: it has written a checkpoint of a step and asks for its being named.</summary>
    BodyAsked,

    /// <summary>The body: it was told that its checkpoint is the resume point.</summary>
    BodyTaken,

    /// <summary>The body: it was told that the attempt is not the current one any more.</summary>
    BodyRefused,

    /// <summary>The body: it has written its outputs.</summary>
    BodyFinished,
}

/// <summary>A line of a journal.</summary>
public sealed record JournalEntry
{
    /// <summary>What happened.</summary>
    public required JournalFact Fact { get; init; }

    /// <summary>The run.</summary>
    public required string Run { get; init; }

    /// <summary>The stage.</summary>
    public required string Stage { get; init; }

    /// <summary>The attempt's generation.</summary>
    public required int Generation { get; init; }

    /// <summary>The attempt's number in it.</summary>
    public required int Attempt { get; init; }

    /// <summary>The engine's: its fence.</summary>
    public long? Fence { get; init; }

    /// <summary>The body's: its step.</summary>
    public long? Step { get; init; }

    /// <summary>The body's: its state at that step.</summary>
    public string? State { get; init; }

    /// <summary>A point of an attempt as the engine passes it; null for those that say nothing of the ledger.</summary>
    public static JournalEntry? Of(AttemptPoint point, StageClaim claim) => Noted(point) is not { } fact ? null : new JournalEntry
    {
        Fact = fact,
        Run = claim.Ticket.Run,
        Stage = claim.Ticket.Stage,
        Generation = claim.Generation,
        Attempt = claim.Attempt,
        Fence = claim.Ticket.Fence,
    };

    private static JournalFact? Noted(AttemptPoint point) => point switch
    {
        AttemptPoint.Claimed => JournalFact.Claimed,
        AttemptPoint.CheckpointSealed => JournalFact.CheckpointAsked,
        AttemptPoint.Checkpointed => JournalFact.CheckpointTaken,
        AttemptPoint.CheckpointRefused => JournalFact.CheckpointRefused,
        AttemptPoint.Sealed => JournalFact.CompletionAsked,
        AttemptPoint.Settled => JournalFact.OutcomeTaken,
        AttemptPoint.Refused => JournalFact.OutcomeRefused,
        AttemptPoint.Cleared => JournalFact.Left,
        _ => null,
    };
}
