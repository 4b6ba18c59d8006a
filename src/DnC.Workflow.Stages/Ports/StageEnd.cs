using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Stages.Ports;

/// <summary>The answer to a request: a stage or a run has ended. Results are named, not carried.</summary>
public sealed record StageEnd
{
    /// <summary>Grows with every answer of the ledger.</summary>
    public required long Delivery { get; init; }

    /// <summary>1, and one more each time it is told.</summary>
    public required int Try { get; init; }

    /// <summary>The request that it answers.</summary>
    public required string RequestId { get; init; }

    /// <summary>Who is told.</summary>
    public required string Listener { get; init; }

    /// <summary>The run.</summary>
    public required string Run { get; init; }

    /// <summary>The stage, or null for the end of the run.</summary>
    public string? Stage { get; init; }

    /// <summary>The stage's generation that ended; 0 for the end of a run.</summary>
    public required int Generation { get; init; }

    /// <summary>Succeeded, reused, skipped, failed or cancelled; of a run, succeeded, failed or cancelled.</summary>
    public required StageState State { get; init; }

    /// <summary>Why it failed, for a person.</summary>
    public string? Error { get; init; }

    /// <summary>The stage's key, under which the ledger has artifact and metrics (<see cref="ILedger.FindResult"/>), or null without a result.</summary>
    public string? Key { get; init; }

    /// <summary>Where its artifact is in the store, or null without one.</summary>
    public string? Output { get; init; }

    /// <summary>How many parts there are, where the stage decides about that: the clusters that exist.</summary>
    public int? FanOut { get; init; }

    /// <summary>When it ended, by the ledger's clock.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>What it means to who waits.</summary>
    public StageOutcome Outcome => State switch
    {
        StageState.Failed => StageOutcome.Failed,
        StageState.Cancelled => StageOutcome.Cancelled,
        _ => StageOutcome.Done,
    };
}

/// <summary>The three ways on from a stage.</summary>
public enum StageOutcome
{
    /// <summary>Succeeded, reused or skipped.</summary>
    Done,

    /// <summary>Failed for good.</summary>
    Failed,

    /// <summary>Cancelled.</summary>
    Cancelled,
}

/// <summary>A request as it stands.</summary>
public sealed record RequestView
{
    /// <summary>Its id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Who is told.</summary>
    public required string Listener { get; init; }

    /// <summary>The run.</summary>
    public required string Run { get; init; }

    /// <summary>The stage, or null for a request for the run's end.</summary>
    public string? Stage { get; init; }

    /// <summary>Where the request stands.</summary>
    public required RequestState State { get; init; }

    /// <summary>When it was made, by the ledger's clock.</summary>
    public required DateTimeOffset Asked { get; init; }

    /// <summary>What it was answered with, or null.</summary>
    public StageState? Answer { get; init; }

    /// <summary>With the answer: as <see cref="StageEnd.Error"/>.</summary>
    public string? Error { get; init; }

    /// <summary>With the answer: as <see cref="StageEnd.Key"/>.</summary>
    public string? Key { get; init; }

    /// <summary>With the answer: as <see cref="StageEnd.Output"/>.</summary>
    public string? Output { get; init; }

    /// <summary>With the answer: as <see cref="StageEnd.FanOut"/>.</summary>
    public int? FanOut { get; init; }

    /// <summary>Where the stage stands now, or null for a request for the run's end.</summary>
    public StageState? StageState { get; init; }

    /// <summary>Where the run stands now.</summary>
    public required RunState RunState { get; init; }
}

/// <summary>An answer that is not acknowledged yet.</summary>
/// <param name="End">The answer; its <see cref="StageEnd.Try"/> is how often it was told.</param>
/// <param name="Error">What the listener said last, or null.</param>
/// <param name="Due">When it may be told next.</param>
/// <param name="Holder">Who is telling it now, or null.</param>
public sealed record UndeliveredEnd(StageEnd End, string? Error, DateTimeOffset Due, string? Holder);
