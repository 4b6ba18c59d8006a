using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Models;

/// <summary>
/// Two fully connected layers with BatchNorm and ReLU between: the projector, the predictor and the distillation's regressors.
/// </summary>
/// <remarks>A layer that BatchNorm follows has no bias: BatchNorm would take it out again [ours].</remarks>
public sealed class Mlp : nn.Module<Tensor, Tensor>
{
    // TorchSharp registers fields by their names: these are the state's.
    private readonly FullyConnected linear1;
    private readonly BatchNorm bn1;
    private readonly FullyConnected linear2;
    private readonly BatchNorm? bn2;

    private Mlp(int inputs, int hidden, int outputs, bool lastNorm)
        : base(nameof(Mlp))
    {
        linear1 = new FullyConnected(inputs, hidden, bias: false);
        bn1 = new BatchNorm(hidden);
        linear2 = new FullyConnected(hidden, outputs, bias: !lastNorm);
        bn2 = lastNorm ? new BatchNorm(outputs) : null;
        RegisterComponents();
    }

    /// <summary>Length of an output row.</summary>
    public int Outputs => linear2.Outputs;

    /// <summary>Multiply-accumulates for one row.</summary>
    public long Macs => linear1.Macs + linear2.Macs;

    /// <summary>Linear → BatchNorm → ReLU → Linear → BatchNorm [paper, figure 3].</summary>
    public static Mlp Projector(int inputs, int hidden, int outputs) => new(inputs, hidden, outputs, lastNorm: true);

    /// <summary>Linear → BatchNorm → ReLU → Linear with bias: a regressor of the distillation [paper, figure 3]; BYOL's predictor.</summary>
    public static Mlp RegressionHead(int inputs, int hidden, int outputs) => new(inputs, hidden, outputs, lastNorm: false);

    /// <summary>(N, in) → (N, out).</summary>
    public override Tensor forward(Tensor input) => Output(Hidden(input));

    /// <summary>The hidden layer after BatchNorm and ReLU: (N, in) → (N, hidden).</summary>
    public Tensor Hidden(Tensor input) => bn1.call(linear1.call(input)).relu_();

    /// <summary>From the hidden layer to the output: (N, hidden) → (N, out).</summary>
    public Tensor Output(Tensor hidden)
    {
        var output = linear2.call(hidden);
        return bn2 is null ? output : bn2.call(output);
    }
}
