using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Soak.Tests.History.Rules;

/// <summary>
/// A request, made however often by whomever, is one: known from the first reply on, of effect once. In a gated run no stage moved that nobody
/// had asked for, and in another nobody asked.
/// </summary>
public static class GateRule
{
    public static IEnumerable<string> Check(RunHistory history)
    {
        var notes = history.Gates.ToLookup(g => g.Request, StringComparer.Ordinal);
        var known = history.Requests.ToDictionary(r => r.Id, StringComparer.Ordinal);
        foreach (var request in history.Requests)
        {
            if (notes[request.Id].All(g => g.Fact != GateFact.Asked))
                yield return $"request '{request.Id}' was made by nobody";
            if (notes[request.Id].Any(g => g.Stage != request.Stage))
                yield return $"request '{request.Id}' is for {request.Stage ?? "the run"}, but was made or told for another";
            var effects = notes[request.Id].Where(g => g.Fact == GateFact.Replied && g.Effect != GateEffect.Known).ToList();
            if (effects.Count > 1)
                yield return $"request '{request.Id}' had its effect {effects.Count} times: {string.Join(", ", effects.Select(e => e.Effect))}";
        }

        foreach (var lost in history.Gates.Where(g => g.Fact == GateFact.Replied && !known.ContainsKey(g.Request)).DistinctBy(g => g.Request))
            yield return $"request '{lost.Request}' was replied to ({lost.Effect}), but the ledger does not know it";
        var opened = history.Requests.Select(r => r.Stage).ToHashSet(StringComparer.Ordinal);
        foreach (var stage in history.Stages.Where(s => history.Gated && !opened.Contains(s.Name) && history.Events.Any(e => e.Stage == s.Name)))
            yield return $"'{stage.Name}' moved, but nobody asked for it";
        if (!history.Gated && history.Requests.Count > 0)
            yield return "the run has no gates, but requests";
    }
}
