using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Models;

public class EncoderTests
{
    internal static readonly ModelSpec Small = new()
    {
        Backbone = "narrow", Stem = "small", Width = 4, Blocks = 1, Side = 16, ProjectorHidden = 24, Projection = 6,
    };

    [Fact]
    public void LayersAreTheProjectorsStepsByFormula()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var encoder = new Encoder(Small, seed: 1);
        encoder.eval();
        var (pooled, hidden, projection) = encoder.Embed(Images(5));

        Assert.Equal([5, 32], pooled.shape);
        Assert.Equal(encoder.Features, pooled.shape[1]);
        var state = encoder.state_dict();
        // Fresh BatchNorm in eval mode divides by √(1 + ε).
        var scale = 1 / Math.Sqrt(1 + 1e-5);
        var expectedHidden = (pooled.mm(state["projector.linear1.weight"].t()) * scale).clamp_min(0);
        FormulaValues.Near(expectedHidden.Values(), hidden.Values(), 1e-5);
        FormulaValues.Near((hidden.mm(state["projector.linear2.weight"].t()) * scale).Values(), projection.Values(), 1e-5);
        Assert.Equal(pooled.Values(), encoder.Pooled(Images(5)).Values());
    }

    [Fact]
    public void EachTensorHasOneNameAlsoAfterAMove()
    {
        using var scope = NewDisposeScope();
        using var encoder = new Encoder(Small, seed: 1);
        var names = encoder.state_dict().Keys.ToList();
        encoder.to(ScalarType.Float64);
        encoder.Embed(Images(2).to(ScalarType.Float64));

        Assert.Equal(names, encoder.state_dict().Keys);
        Assert.Equal(encoder.parameters().Count() + encoder.buffers().Count(), names.Count);
        Assert.All(names, n => Assert.Matches("^(backbone|projector)[.][a-z]", n));
        Assert.DoesNotContain(encoder.named_modules(), m => m.name.Contains('_', StringComparison.Ordinal));
        Assert.All(encoder.parameters(), p => Assert.True(p.dtype == ScalarType.Float64 && p.requires_grad));
    }

    [Fact]
    public void TheProjectorsOutputHasABatchNormAndTheHeadsHasNone()
    {
        using var scope = NewDisposeScope();
        var rows = FormulaValues.Of("rows", 50, 8).to(ScalarType.Float32);
        var (projector, head) = (Mlp.Projector(8, 16, 3), Mlp.RegressionHead(8, 16, 3));
        Initialization.FromSeed(projector, 1);
        Initialization.FromSeed(head, 1);

        FormulaValues.Near([0, 0, 0], projector.call(rows).mean([0]).Values(), 1e-5);
        FormulaValues.Near([1, 1, 1], projector.call(rows).var(0, unbiased: false).Values(), 1e-2);
        Assert.True(head.call(rows).var(0, unbiased: false).max().item<float>() < 0.9);
        Assert.Equal([3, 16], head.state_dict()["linear2.weight"].shape);
    }

    [Fact]
    public void MomentumMovesTheTargetByFormulaAndCopiesItsBuffers()
    {
        using var scope = NewDisposeScope();
        using var online = new Encoder(Small, seed: 1);
        using var target = new MomentumEncoder(online);
        using var other = new Encoder(Small, seed: 2);
        var before = online.state_dict().ToDictionary(s => s.Key, s => s.Value.Values());
        online.Embed(Images(4));
        var buffers = online.named_buffers().Select(b => b.name).ToHashSet();
        using (no_grad())
        {
            foreach (var (own, theirs) in online.parameters().Zip(other.parameters()))
                own.copy_(theirs);
        }

        target.Update(0.9);

        foreach (var (name, value) in target.Network.state_dict())
        {
            var now = online.state_dict()[name].Values();
            var expected = buffers.Contains(name) ? now : before[name].Zip(now, (t, o) => 0.9 * t + 0.1 * o).ToArray();
            FormulaValues.Near(expected, value.Values(), 1e-6);
        }
        Assert.NotEqual(before["backbone.bn1.running_mean"], target.Network.state_dict()["backbone.bn1.running_mean"].Values());
    }

    [Fact]
    public void TheTargetHasNoGradientAndUsesItsOwnBatchStatistics()
    {
        using var scope = NewDisposeScope();
        using var online = new Encoder(Small, seed: 1);
        using var target = new MomentumEncoder(online);
        var projection = target.Project(Images(8));

        Assert.False(projection.requires_grad);
        FormulaValues.Near(new double[6], projection.mean([0]).Values(), 1e-4);
        FormulaValues.Near(online.Embed(Images(8)).Projection.Values(), projection.Values(), 1e-5);
        Assert.All(target.Network.parameters(), p => Assert.False(p.requires_grad));
    }

    internal static Tensor Images(int batch) => (3 * FormulaValues.Of("images", batch, 3, 16, 16)).to(ScalarType.Float32);
}
