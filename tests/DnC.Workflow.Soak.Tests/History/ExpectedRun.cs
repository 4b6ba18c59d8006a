using System.Security.Cryptography;
using System.Text.Json;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Soak.Tests.History;

/// <summary>What a graph of <see cref="Grow"/> stages leads to, whatever happens to the processes that run it: computed here, step by step.</summary>
public sealed class ExpectedRun
{
    private readonly Dictionary<string, List<string>> _states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _bulks = new(StringComparer.Ordinal);

    /// <summary>Computes it.</summary>
    public ExpectedRun(StageGraph graph)
    {
        var fanOuts = new Dictionary<string, int?>(StringComparer.Ordinal);
        foreach (var node in graph.Stages)
        {
            if (node.FanOutOf is { } decider && node.Index >= fanOuts[decider])
                continue;
            var settings = node.Settings.Deserialize<Grow.Settings>(SpecJson.Options)!;
            fanOuts[node.Name] = settings.FanOut;
            var inputs = node.Inputs.Where(i => _states.ContainsKey(i.From)).ToDictionary(i => i.Name, i => _states[i.From][^1], StringComparer.Ordinal);
            var states = new List<string> { Grow.First(settings.Id, inputs) };
            for (var step = 1; step <= settings.Steps; step++)
                states.Add(Grow.Next(states[^1], step));
            _states[node.Name] = states;
            _bulks[node.Name] = Convert.ToHexStringLower(SHA256.HashData(Grow.BulkOf(states[^1], settings.Bytes)));
        }
    }

    /// <summary>Whether the stage's cluster does not exist.</summary>
    public bool IsSkipped(string stage) => !_states.ContainsKey(stage);

    /// <summary>The state after a step; null: there is no such step.</summary>
    public string? StateAt(string stage, long step) =>
        _states.TryGetValue(stage, out var states) && step >= 0 && step < states.Count ? states[(int)step] : null;

    /// <summary>The whole output of a stage that is not skipped.</summary>
    public OutputFact Output(string stage) => new(Damage: null, _states[stage][^1], _bulks[stage]);
}
