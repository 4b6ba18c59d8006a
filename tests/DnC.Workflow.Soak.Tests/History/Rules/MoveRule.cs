using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Soak.Tests.History.Rules;

/// <summary>Every event is a row of <see cref="Transitions"/>, begins where the one before it ended, and the last one is where the stage stands.</summary>
public static class MoveRule
{
    public static IEnumerable<string> Check(RunHistory history)
    {
        if (history.Events.Zip(history.Events.Skip(1)).Any(p => p.First.Sequence >= p.Second.Sequence))
            yield return "the events are not in the order of their numbers";
        var events = history.Events.ToLookup(e => e.Stage, StringComparer.Ordinal);
        foreach (var stage in history.Stages)
        {
            var (state, generation) = (StageState.Waiting, 1);
            foreach (var e in events[stage.Name])
            {
                if (e.From != state)
                    yield return $"event {e.Sequence} takes '{stage.Name}' from {e.From}, but it was {state}";
                if (Transitions.All.FirstOrDefault(t => (t.From, t.Event, t.To) == (e.From, e.Event, e.To)) is not { } row)
                    yield return $"event {e.Sequence} of '{stage.Name}': {e.From} --{e.Event}--> {e.To} is not in the table";
                else if (e.Generation != generation + (row.NewGeneration ? 1 : 0))
                    yield return $"event {e.Sequence} ({e.Event}) of '{stage.Name}' is of generation {e.Generation} after {generation}";
                (state, generation) = (e.To, e.Generation);
            }

            if ((state, generation) != (stage.State, stage.Generation))
                yield return $"'{stage.Name}' is {stage.State} in generation {stage.Generation}, but its events lead to {state} in {generation}";
        }
    }
}
