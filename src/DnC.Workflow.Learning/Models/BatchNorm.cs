using DnC.Workflow.Learning.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Models;

/// <summary>
/// Batch normalisation of (N, C) or (N, C, H, W) over all but C, with PyTorch's names and defaults (ε 1e-5, running statistics with
/// momentum 0.1). TorchSharp's own counts batches with a scalar that the collector may free too early (<see cref="Scalars"/>).
/// </summary>
public sealed class BatchNorm : nn.Module<Tensor, Tensor>
{
    internal const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    // TorchSharp registers fields by their names, and replaces their values when the module moves: these names are the state's.
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor running_mean;
    private readonly Tensor running_var;
    private readonly Tensor num_batches_tracked;

    /// <param name="channels">C.</param>
    public BatchNorm(int channels)
        : base(nameof(BatchNorm))
    {
        (weight, bias) = (new Parameter(ones(channels)), new Parameter(zeros(channels)));
        (running_mean, running_var, num_batches_tracked) = (zeros(channels), ones(channels), zeros([], ScalarType.Int64));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (training)
        {
            using var noGrad = no_grad();
            num_batches_tracked.add_(Scalars.One, Scalars.One);
        }

        return nn.functional.batch_norm(input, running_mean, running_var, weight, bias, training, Momentum, Epsilon);
    }
}
