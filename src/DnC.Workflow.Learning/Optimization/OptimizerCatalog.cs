using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Optimization;

/// <summary>The registration list of optimisers: a new one is a file of its own and a line here.</summary>
public static class OptimizerCatalog
{
    private static readonly Dictionary<string, Func<TrainingSpec, IEnumerable<OptimizedParameter>, IOptimizer>> Known = new(StringComparer.Ordinal)
    {
        ["lars"] = (s, p) => new Lars(p, s.Momentum, s.WeightDecay),
        ["sgd"] = (s, p) => new Sgd(p, s.Momentum, s.WeightDecay),
        ["adamw"] = (s, p) => new AdamW(p, s.WeightDecay),
    };

    /// <summary>Names of the known optimisers.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The optimiser that the spec names, over these parameters.</summary>
    /// <exception cref="UserInputException">No optimiser of that name; lists the known ones.</exception>
    public static IOptimizer Create(TrainingSpec spec, IEnumerable<OptimizedParameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Known.TryGetValue(spec.Optimizer, out var create)
            ? create(spec, parameters)
            : throw new UserInputException($"optimizer '{spec.Optimizer}' is not known: take one of {string.Join(", ", Names)}.");
    }
}
