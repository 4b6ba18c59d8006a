using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>Which runs that have ended are kept: those that either bound keeps.</summary>
/// <param name="Days">Those that ended within so many days; null: no bound of this kind.</param>
/// <param name="Runs">The newest so many; null: no bound of this kind.</param>
public sealed record Retention(int? Days, int? Runs)
{
    /// <summary>Days, where nothing is said. [ours]</summary>
    public const int DefaultDays = 90;

    /// <summary>What can go. Runs that have not ended never can.</summary>
    /// <param name="runs">All runs, newest first.</param>
    /// <param name="now">By the ledger's clock.</param>
    public IReadOnlyList<RunSummary> Forgets(IEnumerable<RunSummary> runs, DateTimeOffset now)
    {
        var days = Days ?? (Runs is null ? DefaultDays : null);
        return [.. runs.Where(r => r.State.IsEnded() && r.Ended is not null)
            .Where((r, number) => !(number < Runs) && !(now - r.Ended < TimeSpan.FromDays(days ?? 0)))];
    }
}

/// <summary>What a collection deleted, or would delete.</summary>
/// <param name="Runs">Runs, newest first.</param>
/// <param name="Locations">Artifacts, checkpoints and logs.</param>
/// <param name="Kept">What is still needed.</param>
/// <param name="Young">What nobody needs, but was written so lately that it is left for the next time.</param>
public sealed record Collected(
    IReadOnlyList<RunSummary> Runs, IReadOnlyList<StoredLocation> Locations, IReadOnlyList<StoredLocation> Kept, IReadOnlyList<StoredLocation> Young);

/// <summary>
/// Deletes old runs, and of the store what no other run needs. Safe beside any number of engines: the store is listed before the ledger is
/// read, so whatever is listed and then neither named nor a running attempt's can never be named any more.
/// </summary>
/// <param name="ledger">The one truth.</param>
/// <param name="store">What is swept.</param>
public sealed class Collector(SqlLedger ledger, IArtifactStore store)
{
    /// <summary>What was written so lately, by the store's clock, is left alone whatever the ledger says: a margin for what no proof thinks of. [ours]</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>Collects.</summary>
    /// <param name="retention">Which runs are kept.</param>
    /// <param name="dryRun">Only say what would go.</param>
    /// <param name="gone">Told of each location before it is deleted.</param>
    /// <exception cref="ArtifactStoreAwayException">The store cannot be reached. What is not deleted yet goes the next time.</exception>
    public Collected Collect(Retention retention, bool dryRun, Action<StoredLocation>? gone = null)
    {
        var runs = retention.Forgets(ledger.List(), ledger.Now());

        // 1. The runs' rows and results, each run in one transaction: from here on nobody is given their artifacts.
        if (!dryRun)
            runs = [.. runs.Where(r => ledger.Forget(r.Id))];

        // 2. Then the list, and only then what is needed of it.
        var stored = store.List().ToList();
        var references = ledger.References(dryRun ? [.. runs.Select(r => r.Id)] : []);
        var limit = store.Now() - Margin;
        var needed = stored.ToLookup(s => references.Needs(s.Location));
        var waste = needed[false].ToLookup(s => s.LastWritten < limit);

        // 3. Their bytes. A crash here leaves the rest for the next time.
        foreach (var location in waste[true])
        {
            gone?.Invoke(location);
            if (!dryRun)
                store.Delete(location.Location);
        }

        return new Collected(runs, [.. waste[true]], [.. needed[true]], [.. waste[false]]);
    }
}
