using DnC.Workflow.Learning.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Models;

/// <summary>BatchNorm's forward pass on TorchSharp's modules, which hold its parameters and statistics.</summary>
/// <remarks>Their own pass counts batches with a number that nobody holds (<see cref="KeptScalars"/>): under garbage collection it fails.</remarks>
internal static class Normalization
{
    // torch's defaults, which ResNet and BYOL take.
    private const double Momentum = 0.1;
    private const double Epsilon = 1e-5;

    /// <summary>(N, C, H, W) normalised by channel.</summary>
    public static Tensor Normalize(this BatchNorm2d norm, Tensor input) =>
        Normalize(input, norm.training, norm.running_mean!, norm.running_var!, norm.weight!, norm.bias!, norm.num_batches_tracked!);

    /// <summary>(N, C) normalised by column.</summary>
    public static Tensor Normalize(this BatchNorm1d norm, Tensor input) =>
        Normalize(input, norm.training, norm.running_mean!, norm.running_var!, norm.weight!, norm.bias!, norm.num_batches_tracked!);

    private static Tensor Normalize(Tensor input, bool training, Tensor mean, Tensor variance, Tensor weight, Tensor bias, Tensor count)
    {
        if (training)
            count.add_(KeptScalars.One, KeptScalars.One);
        return nn.functional.batch_norm(input, mean, variance, weight, bias, training, Momentum, Epsilon);
    }
}
