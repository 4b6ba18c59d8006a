namespace DnC.Workflow.Stages.Ports;

/// <summary>
/// Answers on their way to listeners. Whoever takes one holds it for a time, alone among all processes; it is gone when acknowledged,
/// and comes back when given back or when the time is over. Every method is one transaction.
/// </summary>
public interface IOutbox
{
    /// <summary>Raised after every commit of this process that put something into the outbox. Handlers must be quick and must not throw.</summary>
    event Action? Filled;

    /// <summary>
    /// Takes what may be told to a listener now, oldest first. Of one run only its oldest answer, so that its order is kept; but an answer
    /// that was told <see cref="OutboxRequest.SetAsideAfter"/> times holds up none behind it any more.
    /// </summary>
    IReadOnlyList<StageEnd> Take(OutboxRequest request);

    /// <summary>Goes on holding what is still being told.</summary>
    void Hold(string holder, IReadOnlyCollection<long> deliveries, TimeSpan hold);

    /// <summary>The listener has them: gone from the outbox for good. Whoever holds them.</summary>
    void Acknowledge(IReadOnlyCollection<long> deliveries);

    /// <summary>The listener has not taken it: told again after a while. Nothing happens where another holds it by now.</summary>
    /// <param name="end">As taken.</param>
    /// <param name="holder">Who took it.</param>
    /// <param name="error">What the listener said.</param>
    /// <param name="wait">How long to leave it.</param>
    void GiveBack(StageEnd end, string holder, string error, TimeSpan wait);
}

/// <summary>Who takes what from the outbox.</summary>
public sealed record OutboxRequest
{
    /// <summary>The listener's name.</summary>
    public required string Listener { get; init; }

    /// <summary>Who takes, unique among all processes and dispatchers.</summary>
    public required string Holder { get; init; }

    /// <summary>No more than so many.</summary>
    public required int AtMost { get; init; }

    /// <summary>How long they are the holder's alone.</summary>
    public required TimeSpan Hold { get; init; }

    /// <summary>Tries after which an answer no longer holds up those behind it.</summary>
    public required int SetAsideAfter { get; init; }
}
