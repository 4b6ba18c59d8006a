using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Stages.Ports;

/// <summary>What somebody wanted of a run as a whole.</summary>
/// <param name="After">The last of the run's <see cref="LedgerEvent"/>s before it, by its sequence number; 0: it came before all of them.</param>
/// <param name="At">By the ledger's clock.</param>
/// <param name="Event">What was wanted.</param>
/// <param name="Who">'user@host' of a command, or the workflow.</param>
/// <param name="Detail">Of which stage, or null.</param>
public sealed record RunEvent(long After, DateTimeOffset At, RunWishEvent Event, string Who, string? Detail);
