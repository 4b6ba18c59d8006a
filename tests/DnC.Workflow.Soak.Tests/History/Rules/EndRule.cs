using DnC.Workflow.Runtime.TestHost.Journals;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Soak.Tests.History.Rules;

/// <summary>
/// The end that each request was made for reached its listener at least once and was acknowledged; it is the end that there was, whenever and
/// by whomever it was told; and no other was told.
/// </summary>
public static class EndRule
{
    public static IEnumerable<string> Check(RunHistory history)
    {
        var stages = history.Stages.ToDictionary(s => s.Name, s => new EndFact(s.State, s.Generation, s.Location), StringComparer.Ordinal);
        var told = history.Gates.Where(g => g.Fact is GateFact.Heard or GateFact.Taken or GateFact.Refused).ToLookup(g => g.Request, StringComparer.Ordinal);
        foreach (var request in history.Requests)
        {
            var name = $"request '{request.Id}'";
            if (request.State != RequestState.Delivered)
                yield return $"{name} is {request.State}: its end was not delivered";
            else if (told[request.Id].All(g => g.Fact != GateFact.Taken))
                yield return $"{name} was acknowledged, but nobody has taken its end";
            if (request.Answer is not { } answer)
                continue;

            // Of a run the words of a stage.
            var happened = request.Stage is { } stage ? stages[stage] : new EndFact(Enum.Parse<StageState>($"{history.State}"), 0, null);
            if (answer != happened)
                yield return $"{name} was answered with {Text(answer)}, but there is {Text(happened)}";
            foreach (var other in told[request.Id].Where(g => new EndFact(g.State ?? default, g.Generation ?? -1, g.Output) != answer))
                yield return $"{name}: {other.Fact} {other.State} of generation {other.Generation} at '{other.Output}', but its answer is {Text(answer)}";
            foreach (var twice in told[request.Id].Where(g => g.Fact == GateFact.Heard).CountBy(g => g.Try ?? 0).Where(c => c.Value > 1))
                yield return $"{name}: its try {twice.Key} was told {twice.Value} times";
        }

        var known = history.Requests.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var invented in told.Where(t => !known.Contains(t.Key)))
            yield return $"an end was told for request '{invented.Key}', which the ledger does not know";
    }

    private static string Text(EndFact end) => $"{end.State} of generation {end.Generation} at '{end.Location}'";
}
