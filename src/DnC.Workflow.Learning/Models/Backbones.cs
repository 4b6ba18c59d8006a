using DnC.Workflow.Learning.Export;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Models;

/// <summary>A network from images to pooled features: (N, 3, S, S) → (N, Features).</summary>
/// <param name="Network">Zero until <see cref="Initialization"/> fills it.</param>
/// <param name="Features">Length of a feature vector.</param>
/// <param name="Macs">Multiply-accumulates of a forward pass for one image of the given side.</param>
/// <param name="WriteTo">Writes it into an ONNX graph over its state, from the name of the images to that of the features.</param>
public sealed record Backbone(nn.Module<Tensor, Tensor> Network, int Features, Func<int, long> Macs, Func<OnnxGraph, string, string> WriteTo);

/// <summary>The registration list of backbones: a new one is a file of its own and a line here.</summary>
public static class Backbones
{
    private static readonly Dictionary<string, Func<ModelSpec, Backbone>> Known = new(StringComparer.Ordinal)
    {
        ["resnet18"] = s => Of(new ResNet(Stem(s), width: 64, [2, 2, 2, 2], bottleneck: false)),
        ["resnet34"] = s => Of(new ResNet(Stem(s), width: 64, [3, 4, 6, 3], bottleneck: false)),
        ["resnet50"] = s => Of(new ResNet(Stem(s), width: 64, [3, 4, 6, 3], bottleneck: true)),
        // [ours], for 32-pixel images on a CPU.
        ["narrow"] = s => Of(new ResNet(Stem(s), s.Width, [s.Blocks, s.Blocks, s.Blocks, s.Blocks], bottleneck: false)),
    };

    /// <summary>Names of the known backbones.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The backbone that the spec names.</summary>
    /// <exception cref="UserInputException">No backbone or stem of that name; lists the known ones.</exception>
    public static Backbone Create(ModelSpec spec)
    {
        Require(spec);
        return Known[spec.Backbone](spec);
    }

    /// <summary>Checks the names, without making anything.</summary>
    /// <exception cref="UserInputException">No backbone or stem of that name; lists the known ones.</exception>
    public static void Require(ModelSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (!Known.ContainsKey(spec.Backbone))
            throw new UserInputException($"model.backbone '{spec.Backbone}' is not known: take one of {string.Join(", ", Names)}.");
        Stem(spec);
    }

    private static Backbone Of(ResNet network) => new(network, network.Features, network.Macs, network.WriteTo);

    private static ResNetStem Stem(ModelSpec spec) => spec.Stem switch
    {
        "imagenet" => ResNetStem.ImageNet,
        "small" => ResNetStem.Small,
        _ => throw new UserInputException($"model.stem '{spec.Stem}' is not known: take one of imagenet, small."),
    };
}
