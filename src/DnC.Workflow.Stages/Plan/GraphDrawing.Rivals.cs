using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Plan;

/// <content>What is trained for comparison alone. All of it stands on the first round, and each arm differs from DnC in one link.</content>
internal sealed partial class GraphDrawing
{
    private void AddRivals()
    {
        foreach (var rival in spec.Evaluate.Compare.Where(c => c != "equal-length"))
        {
            var name = $"distill[{rival}]";
            Graph.Add(rival switch
            {
                "base-only" => Distill(name, spec.Distill with { Targets = "base" }, "cluster", "expert", "base"),
                "experts-only" => Distill(name, spec.Distill with { Targets = "experts" }, "cluster", "expert", "base"),
                "cached-teachers" => Distill(name, spec.Distill with { Teachers = "cached" }, "cluster", "expert", "base"),
                "augmented-teachers" => Distill(name, spec.Distill with { Teachers = "augmented" }, "cluster", "expert", "base"),
                "random-partitions" => Distill(name, spec.Distill, AddPartition(), AddExpertsOf("expert@random", "partition@random", fullSet: false), "base"),
                "full-set-experts" => Distill(name, spec.Distill, "cluster", AddExpertsOf("expert@full-set", "cluster", fullSet: true), "base"),
                _ => throw new ArgumentException($"There is no rival '{rival}'.", nameof(rival)),
            });
            AddEvaluate(rival, "model", [new("model", name, StageFiles.Model)]);
        }
    }

    /// <summary>Adds the division at random into parts as large as the clusters.</summary>
    /// <returns>Its name.</returns>
    private string AddPartition()
    {
        const string Name = "partition@random";
        Graph.Add(new StageNode
        {
            Name = Name,
            Kind = "partition",
            Resource = spec.Cluster.Resource,
            Settings = Settings(new PartitionSettings(spec.Seed)),
            Options = Options(spec.Cluster, Beside(1)),
            Inputs = [new("assignments", "cluster", StageFiles.Assignments)],
            Data = _train,
            DataIndex = _trainIndex,
        });
        return Name;
    }

    private string AddExpertsOf(string name, string divider, bool fullSet)
    {
        AddExperts(name, divider, spec.Experts.Init == "base" ? new("base", "base", StageFiles.Model) : null, fullSet);
        return name;
    }
}
