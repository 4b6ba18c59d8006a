using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Soak.Tests.History.Rules;

/// <summary>Per stage and generation exactly one success.</summary>
public static class SuccessRule
{
    public static IEnumerable<string> Check(RunHistory history)
    {
        var successes = history.Events.Where(e => e.Event is StageEvent.Completed or StageEvent.ResultFound).ToLookup(e => (e.Stage, e.Generation));
        foreach (var several in successes.Where(s => s.Count() > 1))
            yield return $"'{several.Key.Stage}' succeeded {several.Count()} times in generation {several.Key.Generation}";
        foreach (var stage in history.Stages.Where(s => s.State is StageState.Succeeded or StageState.Reused))
        {
            if (!successes[(stage.Name, stage.Generation)].Any())
                yield return $"'{stage.Name}' is {stage.State} in generation {stage.Generation} without a success there";
        }
    }
}
