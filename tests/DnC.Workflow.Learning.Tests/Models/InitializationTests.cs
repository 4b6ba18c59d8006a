using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Models;

public class InitializationTests
{
    private static readonly ModelSpec Spec = new()
    {
        Backbone = "narrow", Stem = "small", Width = 16, Blocks = 1, ProjectorHidden = 256, Projection = 32,
    };

    [Fact]
    public void EqualSeedsGiveEqualWeightsAndOthersDiffer()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (new Encoder(Spec, seed: 7), new Encoder(Spec, seed: 7), new Encoder(Spec, seed: 8));
        Assert.All(a.state_dict().Zip(b.state_dict()), p => Assert.Equal(p.First.Value.Values(), p.Second.Value.Values()));
        var (own, other) = (a.state_dict()["backbone.layer1.0.conv1.weight"], c.state_dict()["backbone.layer1.0.conv1.weight"]);
        Assert.False(own.eq(other).any().item<bool>());
    }

    [Fact]
    public void TorchsGlobalGeneratorIsNeitherReadNorMoved()
    {
        using var scope = NewDisposeScope();
        var before = get_rng_state().Values();
        using var encoder = new Encoder(Spec, seed: 7);
        Assert.Equal(before, get_rng_state().Values());
    }

    [Fact]
    public void DistributionsAreTorchvisionsAndPyTorchs()
    {
        using var scope = NewDisposeScope();
        var state = new Encoder(Spec, seed: 3).state_dict();

        var kernel = state["backbone.layer4.0.conv2.weight"];
        var deviation = Math.Sqrt(2.0 / (128 * 9));
        Assert.InRange(kernel.std().item<float>() / deviation, 0.98, 1.02);
        Assert.InRange(kernel.mean().item<float>() / deviation, -0.02, 0.02);
        // A normal distribution has 4.55 % beyond two deviations.
        Assert.InRange((kernel.abs() > 2 * deviation).to(ScalarType.Float32).mean().item<float>(), 0.042, 0.049);

        var matrix = state["projector.linear1.weight"];
        var bound = 1 / Math.Sqrt(128);
        Assert.InRange(matrix.abs().max().item<float>() / bound, 0.99, 1);
        Assert.InRange(matrix.std().item<float>() / (bound / Math.Sqrt(3)), 0.98, 1.02);

        Assert.All(state.Where(s => s.Key.Contains("bn", StringComparison.Ordinal) && s.Key.EndsWith("weight", StringComparison.Ordinal)),
            s => Assert.True((s.Value == 1).all().item<bool>(), s.Key));
    }

    [Fact]
    public void BiasesOfARegressionHeadAreUniformToo()
    {
        using var scope = NewDisposeScope();
        var head = Mlp.RegressionHead(8, 400, 500);
        Initialization.FromSeed(head, seed: 5);
        var bias = head.state_dict()["linear2.bias"];
        Assert.InRange(bias.abs().max().item<float>(), 0.95 / 20, 1.0 / 20);
        Assert.InRange(bias.mean().item<float>(), -0.004, 0.004);
    }

    [Fact]
    public void ALayerOfAnUnknownKindIsRefused()
    {
        using var layer = nn.Sequential(("odd", nn.PReLU(3)));
        Assert.Contains("odd", Assert.Throws<NotSupportedException>(() => Initialization.FromSeed(layer, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownBackbonesAreAnErrorThatListsTheKnownOnes()
    {
        var error = Assert.Throws<UserInputException>(() => Backbones.Create(new ModelSpec { Backbone = "vit" }));
        Assert.Equal("model.backbone 'vit' is not known: take one of resnet18, resnet34, resnet50, narrow.", error.Message);
        Assert.Throws<UserInputException>(() => Backbones.Create(new ModelSpec { Stem = "large" }));
    }
}
