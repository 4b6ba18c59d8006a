using DnC.Workflow.Learning.Models;
using Google.Protobuf;
using Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Export;

/// <summary>
/// A network in eval mode as an ONNX graph (operator set 13), written down layer by layer. Weights keep their names of the state
/// dictionary; a value is called after the layer that makes it. Each method takes the name of its input and returns that of its output.
/// </summary>
/// <param name="state">The network's state dictionary.</param>
public sealed class OnnxGraph(IReadOnlyDictionary<string, Tensor> state)
{
    private readonly GraphProto _graph = new() { Name = "encoder" };

    /// <summary>The images that go in: (batch, 3, side, side), normalised, of any number.</summary>
    public string Images(int side)
    {
        _graph.Input.Add(Value("images", 3, side, side));
        return "images";
    }

    /// <summary>A convolution without bias.</summary>
    /// <param name="input">(N, in, H, W).</param>
    /// <param name="name">Of the layer in the state dictionary.</param>
    /// <param name="layer">Its shape.</param>
    public string Convolution(string input, string name, Convolution layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return Node("Conv", name, [input, Weight(name + ".weight")],
            Whole("kernel_shape", layer.Kernel, layer.Kernel), Whole("strides", layer.Stride, layer.Stride),
            Whole("pads", layer.Padding, layer.Padding, layer.Padding, layer.Padding));
    }

    /// <summary>A batch normalisation by the running statistics.</summary>
    /// <param name="input">(N, C, H, W).</param>
    /// <param name="name">Of the layer in the state dictionary.</param>
    public string BatchNorm(string input, string name) => Node(
        "BatchNormalization",
        name,
        [input, Weight(name + ".weight"), Weight(name + ".bias"), Weight(name + ".running_mean"), Weight(name + ".running_var")],
        new AttributeProto { Name = "epsilon", Type = AttributeProto.Types.AttributeType.Float, F = (float)Models.BatchNorm.Epsilon });

    /// <summary>max(x, 0).</summary>
    public string Relu(string input, string name) => Node("Relu", name, [input]);

    /// <summary>The sum of two values of one shape.</summary>
    public string Add(string first, string second, string name) => Node("Add", name, [first, second]);

    /// <summary>The largest value of a square window.</summary>
    public string MaxPool(string input, string name, int kernel, int stride, int padding) => Node(
        "MaxPool", name, [input], Whole("kernel_shape", kernel, kernel), Whole("strides", stride, stride), Whole("pads", padding, padding, padding, padding));

    /// <summary>The mean over height and width: (N, C, H, W) → (N, C).</summary>
    public string Mean(string input, string name) => Node("Flatten", name, [Node("GlobalAveragePool", name + ".pool", [input])], new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 1 });

    /// <summary>The whole as a model with one output, 'features' (batch, <paramref name="features"/>).</summary>
    /// <param name="output">The value that comes out.</param>
    /// <param name="features">Length of a row of it.</param>
    /// <param name="about">What the file says of itself, by name.</param>
    public ModelProto Model(string output, int features, IEnumerable<KeyValuePair<string, string>> about)
    {
        ArgumentNullException.ThrowIfNull(about);
        Node("Identity", "features", [output]);
        _graph.Output.Add(Value("features", features));
        // IR 8 came with operator set 15 and reads all before it: runtimes since 2021 take both.
        var model = new ModelProto { IrVersion = 8, ProducerName = "DnC.Workflow", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 13 });
        foreach (var (name, text) in about)
            model.MetadataProps.Add(new StringStringEntryProto { Key = name, Value = text });
        return model;
    }

    private string Node(string type, string name, string[] inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = type, Name = name, Input = { inputs }, Output = { name } };
        node.Attribute.Add(attributes);
        _graph.Node.Add(node);
        return name;
    }

    private string Weight(string name)
    {
        using var value = state[name].detach().cpu().to(ScalarType.Float32).contiguous();
        _graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { value.shape },
            RawData = ByteString.CopyFrom(value.bytes),
        });
        return name;
    }

    private static AttributeProto Whole(string name, params long[] values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private static ValueInfoProto Value(string name, params int[] shape)
    {
        var dimensions = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" } } };
        dimensions.Dim.Add(shape.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = dimensions } },
        };
    }
}
