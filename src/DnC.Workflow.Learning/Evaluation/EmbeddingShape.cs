using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>How a set of features fills its space.</summary>
public static class EmbeddingShape
{
    /// <summary>Effective rank of the first rows; see <see cref="EffectiveRank"/>.</summary>
    /// <param name="features">(N, d).</param>
    /// <param name="device">Where it is computed.</param>
    public static double? Rank(FeatureMatrix features, Device device)
    {
        ArgumentNullException.ThrowIfNull(features);
        using var scope = NewDisposeScope();
        var rows = Math.Min(512, features.Rows);
        return EffectiveRank.Of(HostTensor.Of(features.Block(0, rows), rows, features.Columns).to(device));
    }

    /// <summary>1 − ‖mean of the rows at unit length‖²: 0 where all point the same way, near 1 where they point everywhere. Rows of zeros are left out.</summary>
    public static double Spread(FeatureMatrix features)
    {
        ArgumentNullException.ThrowIfNull(features);
        var (sum, count) = (new double[features.Columns], 0);
        for (var row = 0; row < features.Rows; row++)
        {
            var values = features.Row(row);
            var norm = 0.0;
            foreach (var value in values)
                norm += (double)value * value;
            if (norm == 0)
                continue;
            count++;
            for (var i = 0; i < sum.Length; i++)
                sum[i] += values[i] / Math.Sqrt(norm);
        }

        return count == 0 ? 0 : 1 - sum.Sum(s => s / count * (s / count));
    }
}
