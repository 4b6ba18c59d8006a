using DnC.Workflow.Learning.Export;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Models;

/// <summary>The first layers of a ResNet.</summary>
public enum ResNetStem
{
    /// <summary>7×7 convolution with stride 2, then 3×3 max-pooling with stride 2.</summary>
    ImageNet,

    /// <summary>3×3 convolution with stride 1, no pooling: for images of about 32 pixels.</summary>
    Small,
}

/// <summary>
/// ResNet without its classifier: (N, 3, S, S) → (N, <see cref="Features"/>), the mean over the last feature map. Layers, names and
/// state dictionary are torchvision's (conv1, bn1, layer1.0.conv1, …), so its weights load; fc.* is left over.
/// </summary>
public sealed class ResNet : nn.Module<Tensor, Tensor>
{
    // TorchSharp registers fields by their names: these are the state's. Stages are registered one by one.
    private readonly Convolution conv1;
    private readonly BatchNorm bn1;
    private readonly List<(string Name, ResidualBlock Block)> _blocks = [];
    private readonly bool _pools;

    /// <param name="stem">The first layers.</param>
    /// <param name="width">Channels of the stem and width of the first of four stages; doubled at each further one.</param>
    /// <param name="blocks">Blocks in each of the four stages.</param>
    /// <param name="bottleneck">Whether blocks are bottlenecks with four times the width as output.</param>
    public ResNet(ResNetStem stem, int width, IReadOnlyList<int> blocks, bool bottleneck)
        : base(nameof(ResNet))
    {
        ArgumentNullException.ThrowIfNull(blocks);
        _pools = stem == ResNetStem.ImageNet;
        conv1 = _pools ? new Convolution(3, width, kernel: 7, stride: 2, padding: 3) : new Convolution(3, width, kernel: 3, stride: 1, padding: 1);
        bn1 = new BatchNorm(width);
        RegisterComponents();
        Features = width;
        for (var stage = 0; stage < blocks.Count; stage++)
            register_module($"layer{stage + 1}", Stage($"layer{stage + 1}", width << stage, blocks[stage], stride: stage == 0 ? 1 : 2, bottleneck));
    }

    /// <summary>Length of a pooled feature vector.</summary>
    public int Features { get; private set; }

    public override Tensor forward(Tensor input)
    {
        var x = bn1.call(conv1.call(input)).relu_();
        if (_pools)
            x = nn.functional.max_pool2d(x, kernel_size: 3, stride: 2, padding: 1);
        foreach (var (_, block) in _blocks)
            x = block.call(x);
        return x.mean([2, 3]);
    }

    /// <summary>Writes the network into an ONNX graph.</summary>
    /// <param name="graph">Over this network's state.</param>
    /// <param name="images">The input's name.</param>
    /// <returns>The name of the features.</returns>
    public string WriteTo(OnnxGraph graph, string images)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var x = graph.Relu(graph.BatchNorm(graph.Convolution(images, "conv1", conv1), "bn1"), "relu");
        if (_pools)
            x = graph.MaxPool(x, "maxpool", kernel: 3, stride: 2, padding: 1);
        foreach (var (name, block) in _blocks)
            x = block.WriteTo(graph, x, name);
        return graph.Mean(x, "avgpool");
    }

    /// <summary>Multiply-accumulates of the convolutions for one image of this side.</summary>
    public long Macs(int side)
    {
        var macs = conv1.Macs(side);
        side = conv1.OutputSide(side);
        if (_pools)
            side = (side + 2 - 3) / 2 + 1;
        foreach (var (_, block) in _blocks)
            macs += block.Macs(ref side);
        return macs;
    }

    private Sequential Stage(string name, int width, int blocks, int stride, bool bottleneck)
    {
        var stage = new (string, nn.Module<Tensor, Tensor>)[blocks];
        for (var i = 0; i < blocks; i++)
        {
            var step = i == 0 ? stride : 1;
            var block = bottleneck ? ResidualBlock.Bottleneck(Features, width, step) : ResidualBlock.Basic(Features, width, step);
            Features = block.Outputs;
            _blocks.Add(($"{name}.{i}", block));
            stage[i] = ($"{i}", block);
        }
        return nn.Sequential(stage);
    }
}
