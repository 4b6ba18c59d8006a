using System.Globalization;
using DnC.Workflow.Bench.Measuring;
using DnC.Workflow.Learning.Distillation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Bench.Training;

/// <summary>A distillation step with teachers that see each view, and with stored targets, beside the MoCLR step on the same images.</summary>
internal static class DistillRow
{
    /// <summary>Epochs of base, experts and distillation in the paper's schedule of 3,000 [paper, table 2].</summary>
    private static readonly (double Base, double Experts, double Distill) Schedule = (1000, 1500, 500);

    public static Table Measure(BenchSettings settings)
    {
        var rows = new List<string[]>();
        foreach (var shape in StepShape.Of(settings).Where(s => s.Model.Side == 32))
        {
            using var moclr = new OurStep(shape, settings.Device, 1, bf16: false);
            using var augmented = new OurDistillation(shape, settings.Device, cached: false);
            using var cached = new OurDistillation(shape, settings.Device, cached: true);
            var steps = settings.Quick ? Math.Max(1, shape.Steps / 4) : shape.Steps;
            var taken = Interleaved.Measure(settings.Repeats, () => moclr.Run(steps), () => augmented.Run(steps), () => cached.Run(steps));
            var rate = Machine.MatrixRate(1, moclr.Device);
            rows.Add(Row("MoCLR", moclr.FlopsPerImage, 1, ""));
            rows.Add(Row("distillation, teachers augmented", augmented.FlopsPerImage, taken.Ratios[0]!.Value, ""));
            rows.Add(Row("distillation, targets cached", cached.FlopsPerImage, taken.Ratios[1]!.Value, "≤ 0.8"));

            string[] Row(string step, double flops, double times, string goal) =>
            [
                shape.Name, step, Report.Number(steps * shape.Batch / (taken.Ours * times)), Report.Number(times), goal, Report.Number(flops / moclr.FlopsPerImage),
                Report.Number(steps * shape.Batch * flops / (taken.Ours * times) / 1e9), Report.Share(steps * shape.Batch * flops / (taken.Ours * times) / rate),
            ];
        }

        var (live, stored) = WholeRun();
        return new Table(
            "A distillation step beside a MoCLR step, one thread",
            ["network", "step", "images/s", "time beside MoCLR's", "goal", "FLOPs beside MoCLR's", "GFLOP/s", "of the matrix rate"],
            rows,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Four experts. FLOPs of a whole run with ResNet-50 at 224 px, {Schedule.Base}/{Schedule.Experts}/{Schedule.Distill} epochs, beside MoCLR for as many: {live:0.000} with augmented teachers (goal ≤ 1.03), {stored:0.000} with cached targets, the pass that stores them included."));
    }

    /// <summary>FLOPs of the method over those of MoCLR alone: with teachers augmented, and cached.</summary>
    private static (double Augmented, double Cached) WholeRun()
    {
        var model = new ModelSpec();
        using var encoder = new Encoder(model, seed: 0);
        using var regressors = new Regressors(5, TargetChoice.Both, model.Projection, new DistillSpec().RegressorHidden, seed: 0);
        var (forward, step) = (Flops.Forward(encoder, model.Side), Flops.TwoViewStep(encoder, model.Side, hasTarget: true));
        var student = 2 * Flops.Trained(forward + (2.0 * regressors.Macs));
        var (before, all) = ((Schedule.Base + Schedule.Experts) * step, (Schedule.Base + Schedule.Experts + Schedule.Distill) * step);
        return ((before + (Schedule.Distill * (student + (4 * forward)))) / all, (before + (Schedule.Distill * student) + (2 * forward)) / all);
    }
}
