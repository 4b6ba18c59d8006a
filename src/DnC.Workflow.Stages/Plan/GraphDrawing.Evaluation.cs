using System.Globalization;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Plan;

/// <content>Evaluation: a stage for each row of the table, and for each expert.</content>
internal sealed partial class GraphDrawing
{
    public void AddEvaluation(string final)
    {
        AddEvaluate("pixels", "pixels", []);
        AddClusters(1);
        AddEvaluate("base", "model", [new("model", "base", StageFiles.Model)]);
        AddRivals();

        for (var round = 2; round <= spec.Rounds; round++)
        {
            AddEvaluate(Planner.BaseOf(round), "model", [new("model", Planner.FinalStage(round - 1), StageFiles.Model)]);
            AddClusters(round);
        }

        AddEvaluate("dnc", "model", [new("model", final, StageFiles.Model)]);
        if (_equalLength)
            AddEvaluate("equal-length", "model", [new("model", "equal-length", StageFiles.Model)]);
        for (var round = 1; spec.Evaluate.Experts && round <= spec.Rounds; round++)
            AddEvaluationOfExperts(round);
        AddFewLabels(final);
    }

    private void AddFewLabels(string final)
    {
        var few = spec.FewLabels;
        (string Label, string Stage)[] models = [("base", "base"), ("dnc", final), .. _equalLength ? [("equal-length", "equal-length")] : Array.Empty<(string, string)>()];
        foreach (var (label, stage) in models)
        {
            foreach (var (share, layer) in few.Shares.SelectMany(share => few.Layers.Select(layer => (share, layer))))
            {
                Graph.Add(new StageNode
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"fewLabels[{label},{share},{layer}]"),
                    Kind = "fewLabels",
                    Resource = few.Resource,
                    Settings = Settings(new FewLabelsSettings(
                        spec.Seed, label, share, layer, spec.Model, few with { Shares = [], Layers = new FewLabelsSpec().Layers }, spec.Evaluate.ValidationShare, spec.Data.BadImageShare)),
                    Options = Options(few, Beside(2)),
                    Inputs = [new("model", stage, StageFiles.Model)],
                    Data = facts.Digests,
                    DataIndex = facts.Index,
                    Images = (long)(share * (1 - spec.Evaluate.ValidationShare) * facts.ProbeImages * few.Epochs * few.Rates.Count),
                });
            }
        }
    }

    private void AddClusters(int round) =>
        AddEvaluate("clusters" + Planner.Suffix(round), "clusters", [new("assignments", "cluster" + Planner.Suffix(round), StageFiles.Assignments)]);

    private void AddEvaluationOfExperts(int round)
    {
        string suffix = Planner.Suffix(round), cluster = "cluster" + suffix;
        for (var i = 0; i < spec.Cluster.K; i++)
        {
            var expert = Indexed("expert" + suffix, i);
            AddEvaluate(
                expert,
                "expert",
                [
                    new("model", expert, StageFiles.Model),
                    new("base", round == 1 ? "base" : Planner.FinalStage(round - 1), StageFiles.Model),
                    new("centroids", cluster, StageFiles.Centroids),
                    new("clusters", cluster, StageFiles.ClusterMap),
                ],
                (cluster, i, round == 1 ? null : round));
        }
    }

    private void AddEvaluate(string label, string subject, IReadOnlyList<StageInput> inputs, (string Of, int Index, int? Round)? cluster = null) => Graph.Add(new StageNode
    {
        Name = $"evaluate[{label}]",
        Kind = "evaluate",
        Resource = spec.Evaluate.Resource,
        Settings = Settings(new EvaluateSettings(
            spec.Seed,
            subject,
            label,
            cluster?.Index,
            cluster is null ? null : spec.Embed.Layer,
            spec.Model,
            // What is measured beside it does not change what is measured here.
            spec.Evaluate with { Compare = [], Experts = true, WorthIt = false },
            spec.Data.BadImageShare,
            cluster?.Round)),
        Options = Options(spec.Evaluate, Beside(2)),
        Inputs = inputs,
        Data = facts.Digests,
        DataIndex = facts.Index,
        FanOutOf = cluster?.Of,
        Index = cluster?.Index,
        Images = subject is "pixels" or "clusters" ? 0 : facts.ProbeImages + facts.TestImages,
    });
}
