using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Init;

/// <summary>A spec for some data and some time. [ours]</summary>
/// <param name="Survey">The data.</param>
/// <param name="Recipe">Network and optimiser.</param>
/// <param name="Name">Of the run.</param>
/// <param name="DataPath">Absolute.</param>
internal sealed record SpecProposal(DataSurvey Survey, Recipe Recipe, string Name, string DataPath)
{
    /// <summary>Fewer images in a cluster than this make an expert that learns them by heart.</summary>
    private const int ImagesOfACluster = 4_000;

    private const int LeastClusters = 2;

    /// <summary>What the paper takes for its largest budget.</summary>
    private const int MostClusters = 10;

    /// <summary>Epochs of base, experts and distillation go as the paper's 1000/1500/500: twice, three times and once this.</summary>
    private const int LeastUnit = 5;
    private const int MostUnit = 500;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Proposed number of clusters.</summary>
    public int K => (int)Math.Min(Math.Clamp(Math.Round((double)Survey.Facts.TrainImages / ImagesOfACluster), LeastClusters, MostClusters), Survey.Facts.TrainImages);

    /// <summary>The length that fits into a time, as epochs of the distillation.</summary>
    /// <param name="flops">FLOPs that fit into it.</param>
    public int UnitFor(double flops)
    {
        var (one, two) = (Flops(1), Flops(2));
        return (int)Math.Clamp(1 + ((flops - one) / (two - one)), LeastUnit, MostUnit);
    }

    /// <summary>FLOPs of everything that a run of a length does.</summary>
    public double Flops(int unit)
    {
        var spec = SpecReader.Read(Text(unit, hours: 0, seconds: 0), "the proposed spec");
        using var planned = new PlanFlops(spec.Model);
        return Planner.Plan(spec, Survey.Facts).Stages.Sum(s => planned.Of(s, Survey.Facts.TrainImages));
    }

    /// <summary>'20/30/10'.</summary>
    public static string Epochs(int unit) => string.Create(CultureInfo.InvariantCulture, $"{2 * unit}/{3 * unit}/{unit}");

    /// <summary>The spec with its reasons.</summary>
    /// <param name="unit">As <see cref="UnitFor"/>.</param>
    /// <param name="hours">Asked for.</param>
    /// <param name="seconds">That it will take.</param>
    public string Text(int unit, double hours, double seconds)
    {
        var facts = Survey.Facts;
        string WarmUp(int epochs) => Math.Min(10, epochs * 0.05).ToString("0.##", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {
              // Proposed by 'dnc init' for {{facts.TrainImages:N0}} training images{{(facts.HasLabels ? $", {facts.ProbeImages:N0} to fit probes on and {facts.TestImages:N0} to test with" : "")}}; short sides {{Survey.Sides}}.
              // {{Epochs(unit)}} epochs of base, experts and distillation, in the paper's proportions: about {{Durations.Short(TimeSpan.FromSeconds(seconds))}} on the machine it was measured on, of {{hours:0.##}} h asked for.
              // Every setting with its meaning: docs/spec.md, or 'dnc schema'.
              "name": {{JsonSerializer.Serialize(Name, Readable)}},
              "seed": 1,
              "data": { "path": {{JsonSerializer.Serialize(DataPath, Readable)}} },
              // {{Recipe.Because}}
              "model": { {{Recipe.Model}} },
              "base": {
                "epochs": {{2 * unit}}, "warmupEpochs": {{WarmUp(2 * unit)}}, {{Recipe.Contrast}},
                {{Recipe.Training}}
              },
              // Some {{facts.TrainImages / Math.Max(1, K):N0}} images for each expert. After the base, 'dnc clusters RUN' measures other numbers of clusters.
              "cluster": { "k": {{K}} },
              "experts": {
                // Short runs start experts and student from the base; the paper starts both from scratch.
                "init": "{{Init(unit)}}",
                "epochs": {{3 * unit}}, "warmupEpochs": {{WarmUp(3 * unit)}}, {{Recipe.Contrast}},
                {{Recipe.Training}}
              },
              "distill": {
                "init": "{{Init(unit)}}",
                // Regressors without a norm at their end diverge under a large rate unless their last layer starts small and learns slowly.
                "lastLayerRate": 0.03125, "lastLayerScale": 0.2, "regressorHidden": {{Recipe.Regressor}},
                "epochs": {{unit}}, "warmupEpochs": {{WarmUp(unit)}},
                {{Recipe.Training}}
              },
              // {{(facts.HasLabels ? "Is dividing worth it here? \"worthIt\": true measures it beside the base, in a third more of its time;" : "There are no labels: evaluation is skipped.")}}{{(facts.HasLabels ? "\n  // \"compare\": [\"equal-length\"] trains the base as long as all of this, the honest comparison, in twice the time." : "")}}
              "evaluate": { "linearEpochs": 40, "linearBatch": 256 }
            }

            """);
    }

    // From this many epochs on a start from scratch has the time that it needs. [ours]
    private static string Init(int unit) => unit >= 100 ? "scratch" : "base";
}
