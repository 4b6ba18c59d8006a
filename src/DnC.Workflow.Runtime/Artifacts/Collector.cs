using System.Data.Common;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>What a collection deleted, or would delete.</summary>
/// <param name="Runs">Runs, newest first.</param>
/// <param name="Locations">Artifacts, checkpoints and logs.</param>
/// <param name="Kept">What is still needed, where it was looked at.</param>
/// <param name="Young">What nobody needs, but was written so lately that it is left for the next time.</param>
public sealed record Collected(
    IReadOnlyList<RunSummary> Runs, IReadOnlyList<StoredLocation> Locations, IReadOnlyList<StoredLocation> Kept, IReadOnlyList<StoredLocation> Young)
{
    /// <summary>Uploads that nobody went on with and that were ended.</summary>
    public int Uploads { get; init; }
}

/// <summary>
/// Deletes old runs, and of the store what no other run needs. Safe beside any number of engines and of others like it: the store is listed
/// before the ledger is read, so whatever is listed and then neither named nor a running attempt's is never named any more; unless the very
/// request of a forgotten run is made again meanwhile, and then its stage finds its output lost and makes it again.
/// </summary>
/// <param name="ledger">The one truth.</param>
/// <param name="store">What is swept.</param>
public sealed class Collector(SqlLedger ledger, IArtifactStore store)
{
    /// <summary>Runs, and places of the store, that one <see cref="Forget"/> deals with. [ours]</summary>
    public const int AtOnce = 500;

    /// <summary>No upload of a file is under way for so long. [ours]</summary>
    private static readonly TimeSpan LongestUpload = TimeSpan.FromDays(2);

    /// <summary>What was written so lately, by the store's clock, is left alone whatever the ledger says: a margin for what no proof thinks of. [ours]</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Collects from all of the store, which has to be this ledger's alone: what attempts have sealed and the ledger does not know goes.</summary>
    /// <param name="retention">Which runs are kept.</param>
    /// <param name="dryRun">Only say what would go.</param>
    /// <param name="gone">Told of each location before it is deleted.</param>
    /// <exception cref="ArtifactStoreAwayException">The store cannot be reached. What is not deleted yet goes the next time.</exception>
    public Collected Collect(Retention retention, bool dryRun, Action<StoredLocation>? gone = null)
    {
        var runs = retention.Forgets(ledger.List(), ledger.Now());
        if (!dryRun)
            runs = [.. runs.Where(r => ledger.Forget(r.Id, r.Ended))];
        var places = ledger.Forgotten(int.MaxValue);
        var swept = Sweep(store.List(), dryRun ? [.. runs.Select(r => r.Id)] : [], dryRun, gone ?? (_ => { }));
        if (!dryRun)
        {
            Settle(places, swept);
            swept = swept with { Uploads = store.GiveUpUploads(LongestUpload) };
        }

        return swept with { Runs = runs };
    }

    /// <summary>
    /// What a worker does by itself, a bounded piece at a time, oldest first: forgets runs, and deletes what nobody needs any more where
    /// those led to. All else in the store is left alone, since another ledger may be behind it, or this be the wrong one.
    /// </summary>
    /// <param name="age">How long runs are kept after their end.</param>
    /// <param name="refused">Told of a run that the database would not delete; the others go all the same.</param>
    /// <param name="stop">Ends it between two steps; the rest goes the next time.</param>
    /// <exception cref="ArtifactStoreAwayException">The store cannot be reached. What is not deleted yet goes the next time.</exception>
    public Collected Forget(TimeSpan age, Action<RunSummary, DbException> refused, CancellationToken stop)
    {
        // Past those that cannot be forgotten yet, however many they are.
        var runs = new List<RunSummary>();
        foreach (var run in new Retention(age, Runs: null).Forgets(ledger.List(), ledger.Now()).Reverse())
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                if (ledger.Forget(run.Id, run.Ended))
                    runs.Insert(0, run);
            }
            catch (DbException e) when (!e.IsTransient)
            {
                refused(run, e);
            }

            if (runs.Count == AtOnce)
                break;
        }

        var places = ledger.Forgotten(AtOnce);
        if (places.Count == 0)
            return new Collected(runs, [], [], []);
        var swept = Sweep(places.SelectMany(p => store.List(p.Place)), [], dryRun: false, _ => stop.ThrowIfCancellationRequested());
        Settle(places, swept);
        return swept with { Runs = runs };
    }

    // In this order: the runs' rows and results are gone, each run's in one transaction, so nobody is given their artifacts from here on; then
    // the list to its end, and only then what is needed of it; then the bytes. A crash leaves the rest for the next time.
    private Collected Sweep(IEnumerable<StoredLocation> listed, IReadOnlyCollection<string> without, bool dryRun, Action<StoredLocation> gone)
    {
        var stored = listed.Where(l => Locations.IsAttempts(l.Location)).ToList();
        var references = ledger.References(without);
        var limit = store.Now() - Margin;
        var needed = stored.ToLookup(s => references.Needs(s.Location));
        var waste = needed[false].ToLookup(s => s.LastWritten < limit);
        foreach (var location in waste[true])
        {
            gone(location);
            if (!dryRun)
                store.Delete(location.Location);
        }

        return new Collected([], [.. waste[true]], [.. needed[true]], [.. waste[false]]);
    }

    // What is still needed there is another run's, which names the place again when it is forgotten.
    private void Settle(IReadOnlyList<ForgottenPlace> places, Collected swept)
    {
        var young = swept.Young.Select(y => Locations.Place(y.Location)).ToHashSet(StringComparer.Ordinal);
        ledger.Settle([.. places.Where(p => !young.Contains(p.Place))]);
    }
}
