using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Models;

/// <summary>What an encoder says of N images, layer by layer.</summary>
/// <param name="Pooled">The backbone's features (N, d): what evaluation uses.</param>
/// <param name="Hidden">The projector's hidden layer after BatchNorm and ReLU (N, hidden): what is clustered.</param>
/// <param name="Projection">The projector's output (N, projection), not normalised: what is compared and regressed.</param>
public readonly record struct Embedding(Tensor Pooled, Tensor Hidden, Tensor Projection);

/// <summary>
/// Backbone and projector: the shape that base, experts, target networks and student share. State names start with
/// <c>backbone.</c> and <c>projector.</c>.
/// </summary>
public sealed class Encoder : nn.Module
{
    private readonly Mlp projector; // TorchSharp registers fields by their names: this is the state's.

    /// <param name="spec">The network's shape.</param>
    /// <param name="seed">Seed of the first weights; equal seeds give equal weights.</param>
    /// <param name="device">Where it lives; the CPU if null.</param>
    /// <exception cref="Stages.Execution.UserInputException">An unknown backbone or stem.</exception>
    public Encoder(ModelSpec spec, ulong seed, Device? device = null)
        : this(spec)
    {
        Initialization.FromSeed(this, seed);
        if (device is not null)
            this.to(device);
    }

    private Encoder(ModelSpec spec)
        : base(nameof(Encoder))
    {
        ArgumentNullException.ThrowIfNull(spec);
        Spec = spec;
        Backbone = Backbones.Create(spec);
        projector = Mlp.Projector(Backbone.Features, spec.ProjectorHidden, spec.Projection);
        register_module("backbone", Backbone.Network);
        register_module("projector", projector);
    }

    /// <summary>The shape it was made for.</summary>
    public ModelSpec Spec { get; }

    /// <summary>Length of a pooled feature vector.</summary>
    public int Features => Backbone.Features;

    /// <summary>The network up to the pooled features.</summary>
    public Backbone Backbone { get; }

    /// <summary>The head of the training.</summary>
    public Mlp Projector => projector;

    /// <summary>Images (N, 3, S, S), normalised → all three layers.</summary>
    public Embedding Embed(Tensor images)
    {
        var pooled = Pooled(images);
        var hidden = projector.Hidden(pooled);
        return new Embedding(pooled, hidden, projector.Output(hidden));
    }

    /// <summary>Images (N, 3, S, S), normalised → pooled features (N, d), without the projector's cost.</summary>
    public Tensor Pooled(Tensor images) => Backbone.Network.call(images);

    /// <summary>Multiply-accumulates of a forward pass for one image, convolutions and fully connected layers.</summary>
    public long Macs(int side) => Backbone.Macs(side) + projector.Macs;

    /// <summary>A second network with the same weights and statistics, on the same device, in train mode.</summary>
    public Encoder Copy()
    {
        var copy = new Encoder(Spec);
        copy.to(parameters().First().device);
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Takes weights and BatchNorm statistics of a network of the same shape.</summary>
    public void CopyFrom(Encoder other)
    {
        ArgumentNullException.ThrowIfNull(other);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (own, theirs) in parameters().Concat(buffers()).Zip(other.parameters().Concat(other.buffers())))
            own.copy_(theirs);
    }
}
