namespace DnC.Workflow.Stages.Plan;

/// <summary>The stages of a run in an order in which every stage follows all that it reads: acyclic by construction.</summary>
public sealed class StageGraph
{
    private readonly Dictionary<string, StageNode> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _dependants = new(StringComparer.Ordinal);
    private readonly List<StageNode> _stages = [];

    /// <summary>The stages, producers first.</summary>
    public IReadOnlyList<StageNode> Stages => _stages;

    /// <summary>Adds a stage that reads only stages added before it.</summary>
    /// <exception cref="ArgumentException">The name is taken, or an input or fan-out names a stage that is not there yet.</exception>
    public StageGraph Add(StageNode node)
    {
        foreach (var from in Parents(node))
        {
            if (!_byName.ContainsKey(from))
                throw new ArgumentException($"Stage '{node.Name}' reads '{from}', which is not planned before it.", nameof(node));
        }

        if (!_byName.TryAdd(node.Name, node))
            throw new ArgumentException($"Two stages are called '{node.Name}'.", nameof(node));
        _stages.Add(node);
        _dependants[node.Name] = [];
        foreach (var from in Parents(node))
            _dependants[from].Add(node.Name);
        return this;
    }

    /// <summary>The stage of that name.</summary>
    public StageNode this[string name] => _byName[name];

    /// <summary>Whether there is a stage of that name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Each stage that the node reads or whose fan-out it belongs to, once.</summary>
    public static IEnumerable<string> Parents(StageNode node) =>
        node.Inputs.Select(i => i.From).Concat(node.FanOutOf is null ? [] : [node.FanOutOf]).Distinct(StringComparer.Ordinal);

    /// <summary>Stages that read the named one directly.</summary>
    public IReadOnlyList<string> Dependants(string name) => _dependants[name];

    /// <summary>Stages that read the named one, directly or through others, in the graph's order.</summary>
    public IReadOnlyList<string> Downstream(string name)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { name };
        var found = new List<string>();
        foreach (var stage in _stages)
        {
            if (stage.Name != name && Parents(stage).Any(reached.Contains) && reached.Add(stage.Name))
                found.Add(stage.Name);
        }

        return found;
    }
}
