using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Weights;

/// <summary>Live tensors of networks and optimisers under names with a prefix: what a checkpoint holds.</summary>
public static class NamedTensors
{
    /// <summary>Parameters and buffers of networks.</summary>
    public static Dictionary<string, Tensor> Of(params ReadOnlySpan<(string Prefix, nn.Module Module)> modules)
    {
        var all = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (prefix, module) in modules)
        {
            foreach (var (name, value) in module.state_dict())
                all.Add($"{prefix}.{name}", value);
        }

        return all;
    }

    /// <summary>Adds more of them.</summary>
    public static Dictionary<string, Tensor> With(this Dictionary<string, Tensor> all, string prefix, IReadOnlyDictionary<string, Tensor> more)
    {
        foreach (var (name, value) in more)
            all.Add($"{prefix}.{name}", value);
        return all;
    }
}
