using System.Globalization;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli;

/// <summary>FLOPs of a planned stage, by the formulas that the phases report afterwards.</summary>
internal static class PlanFlops
{
    /// <summary>FLOPs of a stage; 0 for what runs no network.</summary>
    public static double Of(StageNode stage, ModelSpec model)
    {
        using var encoder = new Encoder(model, seed: 0);
        var forward = Flops.Forward(encoder, model.Side);
        return stage.Kind switch
        {
            "base" or "expert" => stage.Images * Flops.TwoViewStep(encoder, model.Side, hasTarget: true),
            // Two views: the student forward and backward, base and one expert forward [paper, 3.3]; the regressors are left out here.
            "distill" => stage.Images * 2 * (Flops.Trained(forward) + (Teachers(stage) * forward)),
            _ => stage.Images * forward,
        };
    }

    /// <summary>'1.3 PFLOP'.</summary>
    public static string Text(double flops)
    {
        string[] units = ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP", "ZFLOP"];
        var unit = 0;
        for (; flops >= 1000 && unit < units.Length - 1; unit++)
            flops /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{flops:0.#} {units[unit]}");
    }

    private static int Teachers(StageNode stage)
    {
        var distill = stage.Settings.GetProperty("distill");
        if (distill.GetProperty("teachers").GetString() == "cached")
            return 0;
        return distill.GetProperty("targets").GetString() == "both" ? 2 : 1;
    }
}
