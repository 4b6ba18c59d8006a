using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Notify;

/// <summary>How answers are told. [ours]</summary>
public sealed record OutboxSettings
{
    /// <summary>How often the outbox is looked at, jittered by a tenth, for what other processes have put into it.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer is this process's alone without its saying so again.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a listener may take; then its token is cancelled. One that goes on all the same keeps its answer, and a slot, until it ends.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many answers a listener is told at once, each of another run.</summary>
    public int Slots { get; init; } = 4;

    /// <summary>Tries after which an answer no longer holds up those of its run behind it. It is told again all the same, for ever.</summary>
    public int SetAsideAfter { get; init; } = 8;

    /// <summary>Waits between tries; the number of failures in it means nothing here.</summary>
    public RetryPolicy Retry { get; init; } = new() { FirstDelay = TimeSpan.FromSeconds(1) };

    /// <summary>How long the end of the process waits for listeners whose token was cancelled.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);
}
