using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Soak.Tests.History.Rules;

/// <summary>Outputs of every succeeded stage are there, whole, and what its inputs make of them; the ledger names the completing attempt's.</summary>
public static class OutputRule
{
    public static IEnumerable<string> Check(RunHistory history, ExpectedRun expected)
    {
        var completed = history.Events.Where(e => e.Event == StageEvent.Completed).ToLookup(e => e.Stage, StringComparer.Ordinal);
        foreach (var stage in history.Stages)
        {
            if (expected.IsSkipped(stage.Name) != (stage.State == StageState.Skipped))
            {
                yield return $"'{stage.Name}' is {stage.State}, but {(expected.IsSkipped(stage.Name) ? "its cluster does not exist" : "it has work to do")}";
                continue;
            }

            if (stage.State is not (StageState.Succeeded or StageState.Reused))
                continue;
            if (!history.Outputs.TryGetValue(stage.Name, out var found))
                yield return $"'{stage.Name}' has no output";
            else if (found.Damage is { } damage)
                yield return $"'{stage.Name}': {damage}";
            else if (found != expected.Output(stage.Name))
                yield return $"'{stage.Name}' has the output of other inputs";

            var success = completed[stage.Name].LastOrDefault();
            if (stage.State == StageState.Succeeded && success is not null && stage.Location?.EndsWith($".{success.Generation}-{success.Attempt}", StringComparison.Ordinal) != true)
                yield return $"'{stage.Name}' was completed by attempt {success.Generation}-{success.Attempt}, but its output is '{stage.Location}'";
        }
    }
}
