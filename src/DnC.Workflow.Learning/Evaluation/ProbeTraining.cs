using System.Runtime.InteropServices;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Learning.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>The loop of a linear probe: epochs in orders derived from (seed, epoch), a cosine to 0 without warm-up, the last batch of an epoch as small as it comes.</summary>
internal sealed class ProbeTraining(FeatureMatrix features, IReadOnlyList<int> labels, LinearProbeSettings settings, ulong seed, Device device)
{
    private readonly int _classes = labels.Max() + 1;

    public long Steps(int rows) => (long)settings.Epochs * ((rows + settings.Batch - 1) / settings.Batch);

    public (FeatureScale Scale, SoftmaxRegression Classifier) Run(int[] rows, IReadOnlyList<double> rates, Action<long> stepped)
    {
        var scale = FeatureScale.Of(features, rows, device);
        var classifier = new SoftmaxRegression(features.Columns, _classes, rates, settings.Momentum, settings.WeightDecay, device);
        try
        {
            var batch = Math.Min(settings.Batch, rows.Length);
            var schedule = new LearningRateSchedule(1, batch, 0, Steps(rows.Length));
            using var staging = empty(batch, features.Columns);
            var step = 0L;
            for (var epoch = 0; epoch < settings.Epochs; epoch++)
            {
                var order = rows.ToArray();
                var draws = new DerivedRandom(DerivedRandom.Derive(DerivedRandom.Derive(seed, DerivedRandom.HashOf("linear probe")), (ulong)epoch));
                draws.Shuffle<int>(order);
                foreach (var chosen in order.Chunk(batch))
                {
                    using var scope = NewDisposeScope();
                    features.CopyRows(chosen, MemoryMarshal.Cast<byte, float>(staging.bytes));
                    var block = scale.Apply(staging.narrow(0, 0, chosen.Length).to(device));
                    var classes = HostTensor.Of(Array.ConvertAll(chosen, row => (long)labels[row])).to(device);
                    classifier.Step(block, classes, schedule.At(step));
                    stepped(++step);
                }
            }
            return (scale, classifier);
        }
        catch
        {
            scale.Dispose();
            classifier.Dispose();
            throw;
        }
    }
}
