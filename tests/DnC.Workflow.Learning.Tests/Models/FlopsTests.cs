using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Tests.Models;

public class FlopsTests
{
    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    public void BackbonesAt224AreWhatTorchvisionsLayersSumTo(string name)
    {
        var expected = FormulaValues.Fixture("torch-models", "resnets.json")["macs224"]![name]!.GetValue<long>();
        Assert.Equal(expected, Backbones.Create(new ModelSpec { Backbone = name }).Macs(224));
    }

    [Fact]
    public void ResNet50At224IsAbout4Point1GigaMacs() =>
        Assert.InRange(Backbones.Create(new ModelSpec()).Macs(224), 4.05e9, 4.15e9);

    [Theory]
    [InlineData("narrow", 16)]
    [InlineData("resnet18", 64)]
    [InlineData("resnet50", 64)]
    public void OtherSidesToo(string name, int side)
    {
        var expected = FormulaValues.Fixture("torch-models", "resnets.json")["cases"]![name]!["macs"]!.GetValue<long>();
        Assert.Equal(expected, ResNetTests.Create(name).Macs(side));
    }

    [Fact]
    public void AStepWithATargetCostsEightForwardPassesPerImageAndWithoutSix()
    {
        using var encoder = new Encoder(
            new ModelSpec { Backbone = "narrow", Stem = "small", Width = 4, Blocks = 1, ProjectorHidden = 16, Projection = 8 }, seed: 1);
        var forward = Flops.Forward(encoder, 16);
        Assert.Equal(2.0 * (encoder.Macs(16)), forward);
        Assert.Equal(encoder.Macs(16) - (32 * 16 + 16 * 8), Backbones.Create(encoder.Spec).Macs(16));
        Assert.Equal(8 * forward, Flops.TwoViewStep(encoder, 16, hasTarget: true));
        Assert.Equal(6 * forward, Flops.TwoViewStep(encoder, 16, hasTarget: false));
        using var head = Mlp.RegressionHead(8, 64, 8);
        Assert.Equal(2.0 * 2 * 8 * 64, Flops.Forward(head));
        Assert.Equal((8 * forward) + (6 * Flops.Forward(head)), Flops.TwoViewStep(encoder, 16, hasTarget: true, head));
    }
}
