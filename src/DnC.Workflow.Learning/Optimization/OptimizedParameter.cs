using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Optimization;

/// <summary>A parameter as an optimiser sees it.</summary>
/// <param name="Name">Unique among the optimiser's parameters; names its state.</param>
/// <param name="Value">What is changed, by its gradient.</param>
/// <param name="RateScale">Factor on the learning rate for this parameter alone; 1 as a rule.</param>
public sealed record OptimizedParameter(string Name, Parameter Value, double RateScale = 1)
{
    /// <summary>
    /// Whether it is a matrix or a kernel. Biases and BatchNorm's scales and shifts (vectors) have no weight decay and no adaptation
    /// by LARS [paper, E]; here for every optimiser [ours].
    /// </summary>
    public bool IsWeight { get; } = Value.dim() > 1;

    /// <summary>The trainable parameters of a network, with its state names after a prefix.</summary>
    public static IEnumerable<OptimizedParameter> Of(nn.Module network, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.named_parameters().Where(p => p.parameter.requires_grad).Select(p => new OptimizedParameter(prefix + p.name, p.parameter));
    }
}
