using DnC.Workflow.Learning.Native;
using DnC.Workflow.Learning.Export;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Models;

/// <summary>
/// A residual block as torchvision has it: convolutions with BatchNorm, ReLU between them and after the sum; the short cut is a
/// strided 1×1 convolution where the shape changes. Names: conv1, bn1, …, downsample.0, downsample.1.
/// </summary>
public sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly (Convolution Convolution, BatchNorm Norm)[] _path;
    private readonly (Convolution Convolution, BatchNorm Norm)? _shortcut;

    private ResidualBlock(Convolution[] path, int stride)
        : base(nameof(ResidualBlock))
    {
        _path = [.. path.Select(c => (c, new BatchNorm(c.Outputs)))];
        for (var i = 0; i < _path.Length; i++)
        {
            register_module($"conv{i + 1}", _path[i].Convolution);
            register_module($"bn{i + 1}", _path[i].Norm);
        }
        var (inputs, outputs) = (path[0].Inputs, path[^1].Outputs);
        if (stride == 1 && inputs == outputs)
            return;
        _shortcut = (new Convolution(inputs, outputs, kernel: 1, stride, padding: 0), new BatchNorm(outputs));
        register_module("downsample", nn.Sequential(("0", _shortcut.Value.Convolution), ("1", _shortcut.Value.Norm)));
    }

    /// <summary>Channels that leave the block.</summary>
    public int Outputs => _path[^1].Convolution.Outputs;

    /// <summary>Two 3×3 convolutions (ResNet-18, ResNet-34, narrow).</summary>
    public static ResidualBlock Basic(int inputs, int width, int stride) => new(
        [
            new Convolution(inputs, width, kernel: 3, stride, padding: 1),
            new Convolution(width, width, kernel: 3, stride: 1, padding: 1),
        ],
        stride);

    /// <summary>1×1, 3×3 (which carries the stride, as in torchvision), 1×1 to four times the width (ResNet-50).</summary>
    public static ResidualBlock Bottleneck(int inputs, int width, int stride) => new(
        [
            new Convolution(inputs, width, kernel: 1, stride: 1, padding: 0),
            new Convolution(width, width, kernel: 3, stride, padding: 1),
            new Convolution(width, 4 * width, kernel: 1, stride: 1, padding: 0),
        ],
        stride);

    public override Tensor forward(Tensor input)
    {
        var x = input;
        for (var i = 0; i < _path.Length; i++)
        {
            x = _path[i].Norm.call(_path[i].Convolution.call(x));
            if (i < _path.Length - 1)
                x = x.relu_();
        }
        var shortcut = _shortcut is { } s ? s.Norm.call(s.Convolution.call(input)) : input;
        return x.add_(shortcut, Scalars.One).relu_();
    }

    /// <summary>Writes the block into an ONNX graph.</summary>
    /// <param name="graph">Over the network's state.</param>
    /// <param name="input">The input's name.</param>
    /// <param name="name">The block's in the state dictionary.</param>
    /// <returns>The output's name.</returns>
    public string WriteTo(OnnxGraph graph, string input, string name)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var x = input;
        for (var i = 1; i <= _path.Length; i++)
        {
            x = graph.BatchNorm(graph.Convolution(x, $"{name}.conv{i}", _path[i - 1].Convolution), $"{name}.bn{i}");
            if (i < _path.Length)
                x = graph.Relu(x, $"{name}.relu{i}");
        }
        var shortcut = _shortcut is { } s ? graph.BatchNorm(graph.Convolution(input, $"{name}.downsample.0", s.Convolution), $"{name}.downsample.1") : input;
        return graph.Relu(graph.Add(x, shortcut, $"{name}.add"), $"{name}.relu");
    }

    /// <summary>Multiply-accumulates of the convolutions for one square image; <paramref name="side"/> becomes the output's.</summary>
    public long Macs(ref int side)
    {
        var macs = _shortcut?.Convolution.Macs(side) ?? 0;
        foreach (var (convolution, _) in _path)
        {
            macs += convolution.Macs(side);
            side = convolution.OutputSide(side);
        }
        return macs;
    }
}
