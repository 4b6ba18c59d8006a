using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Phases;

/// <summary>Running statistics of an untrained projector's BatchNorm layers: mean and unbiased variance over all images, in double precision.</summary>
internal static class ProjectorStatistics
{
    private const int BlockRows = 4096;

    /// <summary>Sets them.</summary>
    /// <param name="encoder">Whose projector it is; in eval mode.</param>
    /// <param name="pooled">The backbone's features, a row for each image; at least two.</param>
    public static void Take(Encoder encoder, FeatureMatrix pooled)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var state = encoder.state_dict();
        var projector = encoder.Projector;
        // The second layer's depend on the first one's.
        Set(state, "projector.bn1", pooled, block => nn.functional.linear(block, state["projector.linear1.weight"]));
        Set(state, "projector.bn2", pooled, block => nn.functional.linear(projector.Hidden(block), state["projector.linear2.weight"]));
    }

    private static void Set(Dictionary<string, Tensor> state, string norm, FeatureMatrix pooled, Func<Tensor, Tensor> before)
    {
        var (mean, variance) = (state[norm + ".running_mean"], state[norm + ".running_var"]);
        var (sum, squares) = (new double[mean.shape[0]], new double[mean.shape[0]]);
        for (var row = 0; row < pooled.Rows; row += BlockRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(BlockRows, pooled.Rows - row);
            var block = HostTensor.Of(pooled.Block(row, count), count, pooled.Columns).to(mean.device);
            var values = before(block).to(ScalarType.Float64);
            // Not sum(0): that 0 would be the type Byte.
            Add(sum, values.sum([0L]));
            Add(squares, values.mul(values).sum([0L]));
        }

        var n = (double)pooled.Rows;
        var means = Array.ConvertAll(sum, s => s / n);
        mean.copy_(HostTensor.Of(Array.ConvertAll(means, m => (float)m)));
        variance.copy_(HostTensor.Of<float>([.. squares.Zip(means, (s, m) => (float)Math.Max(0, (s - (n * m * m)) / (n - 1)))]));
    }

    private static void Add(double[] to, Tensor values)
    {
        foreach (var (i, value) in values.cpu().data<double>().ToArray().Index())
            to[i] += value;
    }
}
