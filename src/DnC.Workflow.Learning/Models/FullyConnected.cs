using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Models;

/// <summary>(N, in) → (N, out) by a matrix and, if asked for, a bias. Draws nothing when it is made: zero until <see cref="Initialization"/>.</summary>
public sealed class FullyConnected : nn.Module<Tensor, Tensor>
{
    // TorchSharp registers fields by their names, and replaces their values when the module moves: these names are the state's.
    private readonly Parameter weight;
    private readonly Parameter? bias;

    public FullyConnected(int inputs, int outputs, bool bias)
        : base(nameof(FullyConnected))
    {
        (Inputs, Outputs) = (inputs, outputs);
        weight = new Parameter(zeros(outputs, inputs));
        this.bias = bias ? new Parameter(zeros(outputs)) : null;
        RegisterComponents();
    }

    /// <summary>(out, in).</summary>
    public Tensor Weight => weight;

    /// <summary>(out), or null.</summary>
    public Tensor? Bias => bias;

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Multiply-accumulates for one row.</summary>
    public long Macs => (long)Inputs * Outputs;

    public override Tensor forward(Tensor input) => nn.functional.linear(input, weight, bias);
}
