using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Evaluation;

/// <summary>
/// Zero mean and unit deviation for each feature, by the rows that a probe is fitted on [ours; the paper does not say]: pooled features of
/// different networks and raw pixels differ in scale by orders of magnitude, and one grid of learning rates has to suit them all.
/// </summary>
/// <remarks>A feature that is constant on those rows is centred and not scaled.</remarks>
internal sealed class FeatureScale : IDisposable
{
    private const double Constant = 1e-6;
    private readonly Tensor _mean;
    private readonly Tensor _inverse;

    private FeatureScale(double[] mean, double[] inverse, Device device)
    {
        using var scope = NewDisposeScope();
        _mean = HostTensor.Of(Array.ConvertAll(mean, v => (float)v)).to(device).DetachFromDisposeScope();
        _inverse = HostTensor.Of(Array.ConvertAll(inverse, v => (float)v)).to(device).DetachFromDisposeScope();
    }

    public static FeatureScale Of(FeatureMatrix features, int[] rows, Device device)
    {
        var (mean, squares) = (new double[features.Columns], new double[features.Columns]);
        foreach (var row in rows)
        {
            var values = features.Row(row);
            for (var i = 0; i < mean.Length; i++)
                mean[i] += values[i];
        }
        for (var i = 0; i < mean.Length; i++)
            mean[i] /= rows.Length;
        foreach (var row in rows)
        {
            var values = features.Row(row);
            for (var i = 0; i < mean.Length; i++)
                squares[i] += (values[i] - mean[i]) * (values[i] - mean[i]);
        }
        var inverse = Array.ConvertAll(squares, s => Math.Sqrt(s / rows.Length) is var deviation && deviation > Constant ? 1 / deviation : 1);
        return new FeatureScale(mean, inverse, device);
    }

    public Tensor Apply(Tensor block) => (block - _mean) * _inverse;

    public void Dispose()
    {
        _mean.Dispose();
        _inverse.Dispose();
    }
}
