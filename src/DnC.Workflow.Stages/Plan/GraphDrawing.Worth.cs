using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Plan;

/// <content>Whether the base is still rising: with or without labels.</content>
internal sealed partial class GraphDrawing
{
    private const string Third = "base@third";

    public void AddWorth() => Graph.Add(new StageNode
    {
        Name = Planner.WorthStage,
        Kind = "worth",
        Resource = spec.Evaluate.Resource,
        Settings = Settings(new WorthSettings(spec.Seed, spec.Model, spec.Evaluate with { Compare = [], Experts = true, WorthIt = false }, spec.Data.BadImageShare)),
        Options = Options(spec.Evaluate, Beside(2)),
        Inputs = [new("base", "base", StageFiles.Model), new("third", Third, StageFiles.Model)],
        Data = facts.HasLabels ? facts.Digests : _train,
        DataIndex = facts.HasLabels ? facts.Index : _trainIndex,
        Images = 2 * (Math.Min(facts.TrainImages, WorthSettings.Sample) + (facts.HasLabels ? facts.ProbeImages + facts.TestImages : 0)),
    });
}
