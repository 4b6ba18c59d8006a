using System.Globalization;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Plan;

/// <summary>
/// From a spec and the facts of its data to the graph: base, embed, cluster, expert[0..K), distill, evaluate[…]; with rounds, again.
/// Experts beyond the clusters that will exist are planned too and skipped when clustering ends.
/// </summary>
public static class Planner
{
    /// <summary>Plans a run.</summary>
    /// <exception cref="UserInputException">The data is too small for the spec.</exception>
    public static StageGraph Plan(RunSpec spec, DataFacts facts)
    {
        if (spec.Cluster.K > facts.TrainImages)
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"cluster.k is {spec.Cluster.K}, but the data has {facts.TrainImages} images to train on. Take a smaller cluster.k (the paper takes 5 or 10) or more images."));
        if (spec.Cluster.Levels is [var finest, ..] && finest > facts.TrainImages)
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"cluster.levels begins with {finest}, but the data has {facts.TrainImages} images to train on. Take smaller levels or more images."));
        var smallest = Math.Min(spec.Base.Batch, spec.Distill.Batch);
        if (facts.TrainImages < 2)
            throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"The data has {facts.TrainImages} image to train on; contrastive training needs at least 2 (and better {smallest}, the batch). Add images, or name another folder with --data."));

        foreach (var (path, training) in new (string, TrainingSpec)[] { ("base", spec.Base), ("experts", spec.Experts), ("distill", spec.Distill) })
        {
            if (training.Images is { } images && training.WarmupEpochs * facts.TrainImages > images)
                throw new UserInputException(string.Create(CultureInfo.InvariantCulture, $"{path}.warmupEpochs is {training.WarmupEpochs}, but {path}.images is only {(double)images / facts.TrainImages:0.###} epochs of the {facts.TrainImages} images. Take a shorter warm-up or a larger budget."));
        }

        var plan = new GraphDrawing(spec, facts);
        var model = plan.AddBase();
        for (var round = 1; round <= spec.Rounds; round++)
            model = plan.AddRound(round, model);
        if (facts.HasLabels)
            plan.AddEvaluation(model);
        if (spec.Evaluate.WorthIt)
            plan.AddWorth();
        return plan.Graph;
    }

    /// <summary>The stage whose model a run of so many rounds is for.</summary>
    public static string FinalStage(int rounds) => "distill" + Suffix(rounds);

    /// <summary>Names of the rivals that are distilled, as 'evaluate.compare' has them; their stages are 'distill[NAME]'.</summary>
    public static IReadOnlyList<string> DistilledRivals { get; } = ["base-only", "experts-only", "random-partitions", "full-set-experts", "cached-teachers", "augmented-teachers"];

    /// <summary>The stage that measures whether the base is still rising, where a run has one.</summary>
    public const string WorthStage = "worth";

    /// <summary>The name, in evaluation, of the model that a round divides by: 'base', and from the second round on 'dnc@1', 'dnc@2' …</summary>
    public static string BaseOf(int round) => round == 1 ? "base" : string.Create(CultureInfo.InvariantCulture, $"dnc@{round - 1}");

    internal static string Suffix(int round) => round == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"@{round}");
}
