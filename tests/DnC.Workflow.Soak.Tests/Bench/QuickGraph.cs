using System.Text.Json;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Soak.Tests.Bench;

/// <summary>Graphs of the method's shape, of stages that take milliseconds.</summary>
/// <param name="journal">Where bodies keep their journals.</param>
public sealed class QuickGraph(string journal)
{
    /// <summary>base → embed → cluster → experts → distill → evaluate, with one cluster fewer than planned.</summary>
    /// <param name="id">Graphs of the same id have the same keys.</param>
    /// <param name="experts">Experts planned.</param>
    /// <param name="draws">How long each stage takes: a few milliseconds to a second.</param>
    public StageGraph Method(string id, int experts, Random draws)
    {
        var graph = new StageGraph()
            .Add(Stage("base", Drawn(id)))
            .Add(Stage("embed", Drawn(id), "base"))
            .Add(Stage("cluster", Drawn(id) with { FanOut = experts - 1 }, "base", "embed"));
        return Experts(graph, experts, _ => Drawn(id))
            .Add(Stage("distill", Drawn(id), ["base", "cluster", .. Names(experts)]))
            .Add(Stage("evaluate[base]", Drawn(id), "base"))
            .Add(Stage("evaluate[dnc]", Drawn(id), "distill"));

        Grow.Settings Drawn(string name) => new(journal, name, Steps: draws.Next(1, 13), Every: draws.Next(1, 5), StepMilliseconds: draws.Next(2, 80), Bytes: draws.Next(1, 16_000));
    }

    /// <summary>cluster → experts → distill, all clusters there.</summary>
    public StageGraph FanIn(int experts, Func<int, Grow.Settings> settings) =>
        Experts(new StageGraph().Add(Stage("cluster", Quick("cluster") with { FanOut = experts })), experts, settings)
            .Add(Stage("distill", Quick("distill"), ["cluster", .. Names(experts)]));

    /// <summary>Stages without inputs.</summary>
    public StageGraph Apart(int stages, Func<int, Grow.Settings> settings) =>
        Enumerable.Range(0, stages).Aggregate(new StageGraph(), (graph, i) => graph.Add(Stage($"s[{i}]", settings(i))));

    /// <summary>Settings of a stage that takes a few milliseconds.</summary>
    public Grow.Settings Quick(string id, int steps = 3, int milliseconds = 5) => new(journal, id, steps, Every: 2, milliseconds, Bytes: 100);

    private static StageGraph Experts(StageGraph graph, int experts, Func<int, Grow.Settings> settings)
    {
        foreach (var (i, name) in Names(experts).Index())
            graph.Add(Stage(name, settings(i), "cluster") with { FanOutOf = "cluster", Index = i });
        return graph;
    }

    private static string[] Names(int experts) => [.. Enumerable.Range(0, experts).Select(i => $"expert[{i}]")];

    // The id is the stage's own, so that no two stages of a run have one key.
    private static StageNode Stage(string name, Grow.Settings settings, params string[] inputs) => new()
    {
        Name = name,
        Kind = "grow",
        Resource = "cpu",
        Settings = JsonSerializer.SerializeToElement(settings with { Id = $"{settings.Id}/{name}" }, SpecJson.Options),
        Inputs = [.. inputs.Select(i => new StageInput(i, i, Grow.Result))],
    };
}
