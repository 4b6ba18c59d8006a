using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli;

/// <summary>What would become of each stage if the graph were run now.</summary>
internal static class Outlook
{
    /// <summary>'reused', 'runs', 'skipped', or 'depends on X': its key is known only when X has run.</summary>
    /// <param name="graph">The stages.</param>
    /// <param name="versions">Versions of the executors by kind.</param>
    /// <param name="find">The result under a key, or null.</param>
    /// <param name="found">Gets the results that are reused, by stage; null: nobody asks.</param>
    public static IReadOnlyDictionary<string, string> Of(
        StageGraph graph, IReadOnlyDictionary<string, int> versions, Func<string, StoredResult?> find, IDictionary<string, StoredResult>? found = null)
    {
        var outlook = new Dictionary<string, string>(StringComparer.Ordinal);
        var results = new Dictionary<string, StoredResult>(StringComparer.Ordinal);
        foreach (var stage in graph.Stages)
        {
            if (StageGraph.Parents(stage).FirstOrDefault(p => outlook[p] is not ("reused" or "skipped")) is { } open)
            {
                outlook[stage.Name] = $"depends on {open}";
            }
            else if (stage.FanOutOf is { } divider && results[divider].Result.FanOut <= stage.Index)
            {
                outlook[stage.Name] = "skipped";
            }
            else
            {
                var inputs = stage.Inputs.Where(i => results.ContainsKey(i.From)).ToDictionary(i => i.Name, i => results[i.From].Output.Find(i.File)?.Digest ?? "", StringComparer.Ordinal);
                if (find(StageKey.Of(stage, versions[stage.Kind], inputs)) is { } result)
                    results[stage.Name] = result;
                if (found is not null && results.TryGetValue(stage.Name, out var reused))
                    found[stage.Name] = reused;
                outlook[stage.Name] = results.ContainsKey(stage.Name) ? "reused" : "runs";
            }
        }

        return outlook;
    }
}
