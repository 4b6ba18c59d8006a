using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Objectives;

/// <summary>The registration list of objectives: a new one is a file of its own and a line here.</summary>
public static class ObjectiveCatalog
{
    private static readonly Dictionary<string, Func<TrainingSpec, IObjective>> Known = new(StringComparer.Ordinal)
    {
        ["moclr"] = s => new MoClr(s.Temperature),
    };

    /// <summary>Names of the known objectives.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The objective that the spec names.</summary>
    /// <exception cref="UserInputException">No objective of that name; lists the known ones.</exception>
    public static IObjective Create(TrainingSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Known.TryGetValue(spec.Objective, out var create)
            ? create(spec)
            : throw new UserInputException($"objective '{spec.Objective}' is not known: take one of {string.Join(", ", Names)}.");
    }
}
