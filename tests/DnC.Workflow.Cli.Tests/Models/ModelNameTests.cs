using DnC.Workflow.Cli.Models;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Tests.Models;

public class ModelNameTests
{
    [Fact]
    public void EveryModelThatAPlanMakesHasANameThatFindsIt()
    {
        var spec = SpecReader.Read(
            """
            { "rounds": 2, "cluster": { "k": 2 },
              "evaluate": { "compare": ["equal-length", "base-only", "experts-only", "random-partitions", "full-set-experts", "cached-teachers", "augmented-teachers"] } }
            """,
            "all");
        var graph = Planner.Plan(spec with { Data = spec.Data with { Path = "/" } }, new DataFacts { TrainImages = 100, ProbeImages = 10, TestImages = 10, HasLabels = true, Digests = new Dictionary<string, string> { ["train"] = "t", ["probe"] = "p", ["test"] = "s" } });
        var stages = graph.Stages.Where(s => s.Kind is "base" or "expert" or "distill").Select(s => s.Name).ToHashSet(StringComparer.Ordinal);

        string[] names = ["dnc", "dnc@1", "base", "equal-length", "expert:0", "expert:1", "expert@2:0", "expert@2:1", "expert@random:0", "expert@random:1", "expert@full-set:0", "expert@full-set:1", .. Planner.DistilledRivals];
        Assert.Equal(stages.Order(StringComparer.Ordinal), names.Select(n => ModelName.StageOf(n, rounds: 2)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WhatIsNoModelIsToldWithThoseThereAre() =>
        Assert.Contains("random-partitions", Assert.Throws<UserInputException>(() => ModelName.StageOf("best", rounds: 1)).Message, StringComparison.Ordinal);
}
