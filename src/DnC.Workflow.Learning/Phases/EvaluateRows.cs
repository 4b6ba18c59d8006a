using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Phases;

/// <summary>From labelled features to a row of the table.</summary>
internal sealed class EvaluateRows(StageContext context, EvaluateSettings settings, StageDevice device, PassSequence passes)
{
    /// <summary>k-NN and linear probe, fitted on the probe part and measured on the test part.</summary>
    public EvaluationRow Of(string model, string? subset, LabelledFeatures probe, LabelledFeatures test)
    {
        var spec = settings.Evaluate;
        var neighbours = WeightedKnn.Predict(probe.Features, probe.Labels, test.Features, spec.Neighbours, spec.KnnTemperature, device.Device);
        var knn = Accuracy.Of(neighbours, test.Labels);
        var probing = new LinearProbeSettings { Epochs = spec.LinearEpochs, Batch = spec.LinearBatch, Rates = spec.LinearRates, ValidationShare = spec.ValidationShare };
        using var fitted = LinearProbe.Fit(
            probe.Features, probe.Labels, probe.Ids, probing, DerivedSeed.Of((ulong)settings.Seed, "evaluate"), device.Device, (step, steps) => Progress("linear probe", step, steps));
        var linear = Accuracy.Of(fitted.Predict(test.Features), test.Labels);
        var row = new EvaluationRow(model, subset, test.Labels.Length, knn.Percent, knn.StandardError, linear.Percent, linear.StandardError);
        if (!spec.Transfer)
            return row;
        using var transferred = TransferProbe.Fit(probe.Features, probe.Labels, probe.Ids, spec.ValidationShare, device.Device, (done, fits) => Progress("logistic regression", done, fits));
        var transfer = Accuracy.Of(transferred.Fitted.Predict(test.Features), test.Labels);
        return row with { Transfer = transfer.Percent, TransferStderr = transfer.StandardError };
    }

    /// <summary>What a uniform guess would hit.</summary>
    public static EvaluationRow Chance(int[] probeLabels, int images)
    {
        var chance = Accuracy.Chance(probeLabels, images);
        return new EvaluationRow("chance", null, images, chance.Percent, null, chance.Percent, null);
    }

    private void Progress(string phase, long step, long steps)
    {
        // Counted on from the passes, as checkpoints are.
        context.Report.Progress(new StageProgress(passes.Steps + step, Math.Max(passes.Expected, passes.Steps) + steps, Phase: phase));
        var stop = context.StopRequested();
        // The probes have no checkpoint: they begin again, over features that need no second pass.
        passes.Keep(now: stop);
        if (stop)
            throw new StageStopped();
    }
}
