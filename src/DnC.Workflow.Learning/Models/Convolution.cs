using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Models;

/// <summary>A square 2-D convolution without bias: (N, in, H, W) → (N, out, H′, W′) with H′ = ⌊(H + 2·padding − kernel) / stride⌋ + 1.</summary>
/// <remarks>
/// Unlike TorchSharp's own it draws nothing when it is made (its weight is zero until <see cref="Initialization"/> fills it), and its
/// weight lies channels-last, which libtorch then keeps through the whole network, whatever the layout of the images.
/// A 1×1 convolution of few channels is a matrix product here: oneDNN's gradient of such weights writes past its buffers (below 8 channels
/// whenever strided, below 16 when threads share an odd batch). [ours]
/// </remarks>
public sealed class Convolution : nn.Module<Tensor, Tensor>
{
    private const int SafeInputs = 16;

    // TorchSharp registers fields by their names, and replaces their values when the module moves: these names are the state's.
    private readonly Parameter weight;
    private readonly long[] _stride;
    private readonly long[] _padding;

    public Convolution(int inputs, int outputs, int kernel, int stride, int padding)
        : base(nameof(Convolution))
    {
        (Inputs, Outputs, Kernel, Stride, Padding) = (inputs, outputs, kernel, stride, padding);
        (_stride, _padding) = ([stride, stride], [padding, padding]);
        using var nhwc = zeros(outputs, kernel, kernel, inputs);
        weight = new Parameter(nhwc.permute(0, 3, 1, 2));
        RegisterComponents();
    }

    /// <summary>(out, in, kernel, kernel).</summary>
    public Tensor Weight => weight;

    public int Inputs { get; }

    public int Outputs { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public int Padding { get; }

    public override Tensor forward(Tensor input) =>
        Kernel == 1 && Padding == 0 && Inputs < SafeInputs ? Product(input) : nn.functional.conv2d(input, weight, strides: _stride, padding: _padding);

    // (N, H, W, in) times (in, out), of every stride-th pixel: what a 1×1 convolution is. Channels-last as well.
    private Tensor Product(Tensor input)
    {
        var pixels = Stride == 1 ? input : input[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: Stride), TensorIndex.Slice(step: Stride)];
        return nn.functional.linear(pixels.permute(0, 2, 3, 1), weight.flatten(1)).permute(0, 3, 1, 2);
    }

    /// <summary>Side of the output for a square input.</summary>
    public int OutputSide(int side) => (side + 2 * Padding - Kernel) / Stride + 1;

    /// <summary>Multiply-accumulates for one square image.</summary>
    public long Macs(int side) => (long)OutputSide(side) * OutputSide(side) * Kernel * Kernel * Inputs * Outputs;
}
