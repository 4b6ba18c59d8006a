using DnC.Workflow.Learning.Native;
using DnC.Workflow.Stages.Keys;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Models;

/// <summary>
/// First values of a network's parameters, each drawn from a seed of its own name: independent of the order in which layers are made,
/// of libtorch's version and of its global generator.
/// </summary>
public static class Initialization
{
    /// <summary>
    /// Fills every parameter as torchvision and PyTorch do: convolutions He-normal by fan-out; fully connected layers uniform in
    /// ±1/√inputs, bias too; BatchNorm 1 and 0 with running statistics 0 and 1. Nothing else is zeroed.
    /// </summary>
    /// <exception cref="NotSupportedException">A layer with parameters of a kind that has no rule here.</exception>
    public static void FromSeed(nn.Module module, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, layer) in module.named_modules().Prepend(("", module)))
        {
            switch (layer)
            {
                case Convolution c:
                    Fill(c.Weight, span => ParameterDraws.Normal(Seed("weight"), span, Math.Sqrt(2.0 / ((double)c.Outputs * c.Kernel * c.Kernel))));
                    break;
                case FullyConnected f:
                    Fill(f.Weight, span => ParameterDraws.Uniform(Seed("weight"), span, 1 / Math.Sqrt(f.Inputs)));
                    if (f.Bias is { } bias)
                        Fill(bias, span => ParameterDraws.Uniform(Seed("bias"), span, 1 / Math.Sqrt(f.Inputs)));
                    break;
                case BatchNorm:
                    ResetNorm(layer);
                    break;
                case var other when other.named_parameters(recurse: false).Any():
                    throw new NotSupportedException($"no initialisation is known for {other.GetName()} ('{name}')");
            }

            ulong Seed(string parameter) => DerivedSeed.Of(seed, name.Length == 0 ? parameter : $"{name}.{parameter}");
        }
    }

    private static void ResetNorm(nn.Module norm)
    {
        foreach (var (name, value) in norm.named_parameters(recurse: false))
            value.fill_(name == "weight" ? Scalars.One : Scalars.Zero);
        foreach (var (name, value) in norm.named_buffers(recurse: false))
            value.fill_(name == "running_var" ? Scalars.One : Scalars.Zero);
    }

    private static void Fill(Tensor parameter, Action<float[]> draw)
    {
        var values = new float[parameter.numel()];
        draw(values);
        parameter.copy_(HostTensor.Of(values, parameter.shape));
    }
}
