using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Soak.Tests.History;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Soak.Tests.Bench;

/// <summary>
/// The collector after a soak, without the margin that would hide its mistakes: it deletes exactly what nobody refers to, and what is kept is
/// whole, whoever had made it. By a person's hand, then keeping some runs, then as workers do it, keeping none.
/// </summary>
/// <param name="bench">All workers have stopped.</param>
/// <param name="graphs">The graph of each run.</param>
public sealed class CollectorCheck(SoakBench bench, IReadOnlyDictionary<string, StageGraph> graphs)
{
    private static readonly Retention All = new(TimeSpan.MaxValue, Runs: null);

    private Collector Collector => new(bench.Sql, bench.Store) { Margin = TimeSpan.Zero };

    /// <summary>What was deleted that is needed, kept that is not, or is not whole any more.</summary>
    /// <param name="runs">All runs, oldest first. None of them is there afterwards.</param>
    /// <param name="tell">Told how much was deleted.</param>
    public IEnumerable<string> Check(IReadOnlyList<RunHistory> runs, Action<string> tell)
    {
        string[] kept = [.. runs.Skip(runs.Count / 2).Select(r => r.Run)];
        return
        [
            .. After("a collection", runs, () => Collector.Collect(All, dryRun: false)),
            .. After("the older runs were forgotten", HistoryReader.Read(bench, kept), () => Collector.Collect(new Retention(Age: null, kept.Length), dryRun: false)),
            .. After("workers had forgotten all", [], () => Collector.Forget(TimeSpan.Zero, (_, refused) => throw refused, CancellationToken.None)),
            .. bench.Sql.Forgotten(int.MaxValue).Select(p => $"'{p.Place}' is still to be looked at"),
        ];

        IEnumerable<string> After(string what, IReadOnlyList<RunHistory> left, Func<Collected> collect)
        {
            var before = Stored();
            var needed = Orphans.Needed(left).ToHashSet(StringComparer.Ordinal);
            var collected = collect();
            tell($"after {what}: {collected.Locations.Count} of {before.Count} locations deleted");
            var now = Stored();
            foreach (var lost in needed.Intersect(before, StringComparer.Ordinal).Except(now, StringComparer.Ordinal))
                yield return $"after {what}: '{lost}' was deleted, and a kept run needs it";
            foreach (var waste in now.Except(needed, StringComparer.Ordinal))
                yield return $"after {what}: '{waste}' is still there, and nobody needs it";
            if (!bench.Ledger.List().Select(r => r.Id).ToHashSet(StringComparer.Ordinal).SetEquals(left.Select(r => r.Run)))
                yield return $"after {what}: other runs are there than shall be";
            foreach (var broken in HistoryReader.Read(bench, left.Select(r => r.Run)).SelectMany(h => HistoryChecker.Check(h, new ExpectedRun(graphs[h.Run])).Select(b => $"{h.Run} {b}")))
                yield return $"after {what}: {broken}";
        }
    }

    private HashSet<string> Stored() => bench.Store.List().Select(s => s.Location).ToHashSet(StringComparer.Ordinal);
}
