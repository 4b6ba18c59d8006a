using System.Text.Json;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Objectives;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli;

/// <summary>FLOPs of planned stages, before anything has run: networks by the formulas that the phases use; regressors and k-means are left out.</summary>
internal sealed class PlanFlops : IDisposable
{
    private readonly Encoder _encoder;
    private readonly ModelSpec _model;

    /// <param name="model">The run's network.</param>
    public PlanFlops(ModelSpec model) => (_model, _encoder) = (model, new Encoder(model, seed: 0));

    /// <summary>FLOPs of a stage; 0 for what runs no network.</summary>
    /// <param name="stage">As planned.</param>
    /// <param name="trainImages">Images to train on.</param>
    public double Of(StageNode stage, long trainImages)
    {
        var forward = Flops.Forward(_encoder, _model.Side);
        return stage.Kind switch
        {
            "base" when stage.Settings.TryGetProperty("weights", out _) => stage.Images * forward,
            "base" or "expert" => stage.Images * TwoViewStep(stage.Settings.GetProperty("training").Deserialize<TrainingSpec>(SpecJson.Options)!),
            // Two views: the student forward and backward, base and one expert forward [paper, 3.3]; or the teachers once an image.
            "distill" when Cached(stage) => (stage.Images * 2 * Flops.Trained(forward)) + (trainImages * Teachers(stage) * forward),
            "distill" => stage.Images * 2 * (Flops.Trained(forward) + (Teachers(stage) * forward)),
            // One view, and neither regressors nor targets.
            "fewLabels" => stage.Images * Flops.Trained(forward),
            _ => stage.Images * forward,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    private double TwoViewStep(TrainingSpec training)
    {
        var objective = ObjectiveCatalog.Create(training, _model, seed: 0);
        using var predictor = objective.Predictor;
        return Flops.TwoViewStep(_encoder, _model.Side, objective.UsesTarget, predictor);
    }

    private static bool Cached(StageNode stage) => stage.Settings.GetProperty("distill").GetProperty("teachers").GetString() == "cached";

    private static int Teachers(StageNode stage) => stage.Settings.GetProperty("distill").GetProperty("targets").GetString() == "both" ? 2 : 1;
}
