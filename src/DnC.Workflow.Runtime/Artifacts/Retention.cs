using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>Which runs that have ended are kept: those that either bound keeps.</summary>
/// <param name="Age">Those that ended no longer ago; null: no bound of this kind.</param>
/// <param name="Runs">The newest so many; null: no bound of this kind.</param>
public sealed record Retention(TimeSpan? Age, int? Runs)
{
    /// <summary>
    /// Days, where nothing is said, for commands and workers alike. What is forgotten cannot be brought back, and a paper's review or a
    /// quarter's work comes back to its runs for about so long; tables and artifacts stop growing all the same. [ours]
    /// </summary>
    public const int DefaultDays = 90;

    /// <summary>What can go. Runs that have not ended never can.</summary>
    /// <param name="runs">All runs, newest first.</param>
    /// <param name="now">By the ledger's clock.</param>
    public IReadOnlyList<RunSummary> Forgets(IEnumerable<RunSummary> runs, DateTimeOffset now)
    {
        var age = Age ?? (Runs is null ? TimeSpan.FromDays(DefaultDays) : TimeSpan.Zero);
        return [.. runs.Where(r => r.State.IsEnded() && r.Ended is not null).Where((r, number) => !(number < Runs) && !(now - r.Ended < age))];
    }
}
