using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Objectives;

/// <summary>The registration list of objectives: a new one is a file of its own and a line here.</summary>
public static class ObjectiveCatalog
{
    private static readonly Dictionary<string, Func<TrainingSpec, ModelSpec, ulong, IObjective>> Known = new(StringComparer.Ordinal)
    {
        ["moclr"] = (s, _, _) => new MoClr(s.Temperature),
        ["simclr"] = (s, _, _) => new SimClr(s.Temperature),
        ["byol"] = (_, model, seed) => new Byol(Predictor(model, seed)),
    };

    /// <summary>Names of the known objectives.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The objective that the spec names.</summary>
    /// <param name="spec">Its name and settings.</param>
    /// <param name="model">The network that it trains, for the shape of a predictor.</param>
    /// <param name="seed">Of a predictor's first weights.</param>
    /// <param name="device">Where a predictor lives; the CPU if null.</param>
    /// <exception cref="UserInputException">No objective of that name; lists the known ones.</exception>
    public static IObjective Create(TrainingSpec spec, ModelSpec model, ulong seed, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(model);
        if (!Known.TryGetValue(spec.Objective, out var create))
            throw new UserInputException($"objective '{spec.Objective}' is not known: take one of {string.Join(", ", Names)}.");
        var objective = create(spec, model, seed);
        if (device is not null)
            objective.Predictor?.to(device);
        return objective;
    }

    private static Mlp Predictor(ModelSpec model, ulong seed)
    {
        var predictor = Mlp.RegressionHead(model.Projection, model.ProjectorHidden, model.Projection);
        Initialization.FromSeed(predictor, seed);
        return predictor;
    }
}
