using DnC.Workflow.Runtime.Artifacts;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>That a worker takes its turn at forgetting old runs, and which. Of several workers the one with the shortest time decides.</summary>
public sealed record RetentionOptions
{
    /// <summary>How long after their end runs are kept.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>Told after each turn, also of one that found nothing.</summary>
    public Action<Collected> Forgot { get; init; } = _ => { };
}
