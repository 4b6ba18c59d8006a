using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Soak.Tests.History.Rules;

/// <summary>
/// Fences strictly grow from claim to claim of a stage, attempts are counted without a gap, each is one claim in the event table, and ended
/// by the event that follows it.
/// </summary>
public static class FenceRule
{
    public static IEnumerable<string> Check(RunHistory history)
    {
        var (allAttempts, allEvents) = (history.Attempts.ToLookup(a => a.Stage, StringComparer.Ordinal), history.Events.ToLookup(e => e.Stage, StringComparer.Ordinal));
        foreach (var stage in history.Stages)
        {
            var attempts = allAttempts[stage.Name].OrderBy(a => a.Generation).ThenBy(a => a.Number).ToList();
            foreach (var (before, after) in attempts.Zip(attempts.Skip(1)))
            {
                if (after.Fence <= before.Fence)
                    yield return $"'{stage.Name}': fence {after.Fence} of {Name(after)} after {before.Fence} of {Name(before)}";
                if (after.Number != (after.Generation == before.Generation ? before.Number + 1 : 1))
                    yield return $"'{stage.Name}': {Name(after)} after {Name(before)}";
            }

            var events = allEvents[stage.Name].ToList();
            var claims = events.Index().Where(e => e.Item.Event == StageEvent.Claimed).ToList();
            if (!claims.Select(c => (c.Item.Generation, c.Item.Attempt)).SequenceEqual(attempts.Select(a => (a.Generation, a.Number))))
                yield return $"'{stage.Name}': its claims are not its attempts";
            foreach (var attempt in attempts)
            {
                var end = claims.Where(c => (c.Item.Generation, c.Item.Attempt) == (attempt.Generation, attempt.Number))
                    .Select(c => events.ElementAtOrDefault(c.Index + 1)?.Event).FirstOrDefault();
                if (attempt.Outcome is null || attempt.Outcome != end)
                    yield return $"'{stage.Name}': {Name(attempt)} ended as {attempt.Outcome?.ToString() ?? "nothing"}, by its events as {end?.ToString() ?? "nothing"}";
            }
        }

        var fences = history.Attempts.ToDictionary(a => (a.Stage, a.Generation, a.Number), a => a.Fence);
        foreach (var entry in history.Journal.Where(j => j.Fence is not null))
        {
            if (!fences.TryGetValue((entry.Stage, entry.Generation, entry.Attempt), out var fence) || fence != entry.Fence)
                yield return $"'{entry.Stage}': a worker held fence {entry.Fence} for attempt {entry.Generation}-{entry.Attempt}, which the ledger does not know so";
        }
    }

    private static string Name(AttemptFact attempt) => $"attempt {attempt.Generation}-{attempt.Number}";
}
