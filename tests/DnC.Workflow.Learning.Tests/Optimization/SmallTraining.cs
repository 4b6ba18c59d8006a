using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Learning.Objectives;
using DnC.Workflow.Learning.Optimization;
using DnC.Workflow.Learning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Optimization;

/// <summary>Steps of MoCLR on one batch of 32 images: everything a training loop puts together, without the loop.</summary>
internal sealed class SmallTraining : IDisposable
{
    private readonly Encoder _online = new(EncoderTests.Small with { Width = 16 }, seed: 1);
    private readonly MomentumEncoder _target;
    private readonly Sgd _optimizer;
    private readonly MoClr _objective = new(0.2);
    private readonly Tensor _images;

    public SmallTraining()
    {
        _target = new MomentumEncoder(_online);
        _optimizer = new Sgd(OptimizedParameter.Of(_online), momentum: 0.9, weightDecay: 5e-4);
        using var scope = NewDisposeScope();
        _images = (3 * FormulaValues.Of("images", 32, 3, 16, 16)).to(ScalarType.Float32).DetachFromDisposeScope();
    }

    public double Step(bool bf16)
    {
        using var scope = NewDisposeScope();
        TwoViews online, target;
        using (bf16 ? Autocast.BFloat16On(CPU) : null)
        {
            var flipped = _images.flip(3);
            online = new(_online.Embed(_images).Projection, _online.Embed(flipped).Projection);
            target = new(_target.Project(_images), _target.Project(flipped));
        }
        var loss = _objective.Loss(online, target);
        _optimizer.ZeroGradients();
        loss.backward();
        _optimizer.Step(0.05);
        _target.Update(0.99);
        return loss.item<float>();
    }

    public Dictionary<string, double[]> State() =>
        _online.state_dict().Concat(_target.Network.state_dict().Select(s => new KeyValuePair<string, Tensor>("target." + s.Key, s.Value)))
            .Concat(_optimizer.State).ToDictionary(s => s.Key, s => s.Value.Values());

    public void Dispose()
    {
        _optimizer.Dispose();
        _target.Dispose();
        _online.Dispose();
        _images.Dispose();
    }
}
