using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Soak.Tests.History;

/// <summary>
/// Locations of the store that nobody names any more, after all runs have ended: each has to be what an attempt left that was lost in the
/// middle of something. Pure: what is to be known is in the histories.
/// </summary>
public static class Orphans
{
    /// <summary>What each is, by why it is there; and those that nobody should have left.</summary>
    /// <param name="stored">All locations of the store.</param>
    /// <param name="runs">All runs there are.</param>
    public static (IReadOnlyDictionary<string, int> Explained, IReadOnlyList<string> Wrong) Of(IEnumerable<string> stored, IReadOnlyList<RunHistory> runs)
    {
        var attempts = runs.SelectMany(r => AttemptJournal.Of(r).Select(a => new Known(r, a.Attempt, a.Journal))).ToDictionary(k => k.Location, StringComparer.Ordinal);
        var (explained, wrong) = (new Dictionary<string, int>(StringComparer.Ordinal), new List<string>());
        foreach (var orphan in stored.Except(Needed(runs), StringComparer.Ordinal))
        {
            var name = orphan.IndexOf('/', StringComparison.Ordinal) + 1;
            var of = Ends(orphan, name).Select(end => attempts.GetValueOrDefault(orphan[..end])).FirstOrDefault(k => k is not null);
            if (of is not null && Why(orphan[of.Location.Length..], of) is { } why)
                explained[why] = explained.GetValueOrDefault(why) + 1;
            else
                wrong.Add($"'{orphan}' is nobody's, and its attempt {(of is null ? "is unknown" : $"ended as {of.Attempt.Outcome}")}");
        }

        return (explained, wrong);
    }

    /// <summary>What runs that are kept refer to: the outputs of their stages, and the logs of their attempts.</summary>
    public static IEnumerable<string> Needed(IReadOnlyList<RunHistory> runs) =>
        runs.SelectMany(r => r.Stages).Select(s => s.Location).OfType<string>()
            .Concat(runs.SelectMany(r => r.Attempts.Select(a => Locations.Log(Locations.OfAttempt(r.Run, a.Stage, a.Generation, a.Number)))));

    // A location ends, or goes on behind a dot; names of stages may have dots.
    private static IEnumerable<int> Ends(string location, int name)
    {
        yield return location.Length;
        for (var dot = location.LastIndexOf('.'); dot > name; dot = location.LastIndexOf('.', dot - 1))
            yield return dot;
    }

    private static string? Why(string rest, Known of)
    {
        // Whoever ended the stage clears up after all attempts before it; where it was killed first, nobody has.
        var last = of.Run.Attempts.Where(a => (a.Stage, a.Generation) == (of.Attempt.Stage, of.Attempt.Generation)).MaxBy(a => a.Number)!;
        var cleared = AttemptJournal.Of(of.Run).Single(a => a.Attempt == last).Journal.Has(JournalFact.Left);
        var lost = of.Attempt.Outcome is StageEvent.LeaseExpired or StageEvent.GaveUp;
        return rest switch
        {
            _ when rest.EndsWith(".part", StringComparison.Ordinal) => lost || !of.Journal.Has(JournalFact.Left) ? "copies that were broken off" : null,
            "" => lost && (of.Journal.Has(JournalFact.CompletionAsked) || !of.Journal.Has(JournalFact.Left)) ? "outputs whose attempt was lost before it could name them" : null,
            _ when !Locations.IsCheckpoint(rest) => null,
            _ when lost => "checkpoints of attempts that were lost and sealed them late",
            _ when of.Run.Stages.Any(s => s.Name == of.Attempt.Stage && s.State == StageState.Reused) => "checkpoints of stages that were reused in the end",
            _ when !cleared => "checkpoints that the last attempt was killed before clearing away",
            _ => null,
        };
    }

    private sealed record Known(RunHistory Run, AttemptFact Attempt, AttemptJournal Journal)
    {
        public string Location { get; } = Locations.OfAttempt(Run.Run, Attempt.Stage, Attempt.Generation, Attempt.Number);
    }
}
