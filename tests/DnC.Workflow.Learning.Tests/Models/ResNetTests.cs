using System.Text.Json.Nodes;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Models;

/// <summary>Against torchvision in double precision (Fixtures/torch-models).</summary>
public class ResNetTests
{
    private static readonly JsonObject Fixture = FormulaValues.Fixture("torch-models", "resnets.json");

    public static TheoryData<string, int, int> Cases => new() { { "narrow", 16, 6 }, { "resnet18", 64, 3 }, { "resnet50", 64, 3 } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void StateHasTorchvisionsNamesAndShapes(string name, int side, int batch)
    {
        Assert.True(side * batch > 0);
        using var scope = NewDisposeScope();
        var state = Create(name).Network.state_dict();

        var expected = Fixture["cases"]![name]!["names"]!.AsObject();
        Assert.Equal(expected.Select(e => e.Key).Order(), state.Keys.Order());
        Assert.All(expected, e => Assert.Equal(e.Value!.Numbers().Select(n => (long)n), state[e.Key].shape));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ForwardInEvalModeIsTorchvisions(string name, int side, int batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var backbone = Filled(name);
        backbone.Network.eval();
        var features = backbone.Network.call(Images(side, batch));

        Assert.Equal([batch, backbone.Features], features.shape);
        FormulaValues.Near(Fixture["cases"]![name]!["eval"]!.Numbers(), features[0].Values()[..Math.Min(64, backbone.Features)], 2e-4);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TrainModeItsGradientsAndItsRunningStatisticsAreTorchvisions(string name, int side, int batch)
    {
        using var scope = NewDisposeScope();
        // In double precision: with few samples BatchNorm blows rounding errors up through fifty layers.
        var backbone = Filled(name);
        backbone.Network.to(ScalarType.Float64);
        backbone.Network.train();
        var features = backbone.Network.call(Images(side, batch).to(ScalarType.Float64));
        (features * FormulaValues.Of("loss", features.shape)).sum().backward();

        var expected = Fixture["cases"]![name]!;
        FormulaValues.Near(expected["train"]!.Numbers(), features[0].Values()[..Math.Min(64, backbone.Features)], 1e-6);
        var state = backbone.Network.state_dict();
        FormulaValues.Near(expected["runningMean"]!.Numbers(), state["bn1.running_mean"].Values(), 1e-6);
        FormulaValues.Near(expected["runningVar"]!.Numbers(), state["bn1.running_var"].Values(), 1e-6);
        Assert.Equal(1, state["bn1.num_batches_tracked"].item<long>());
        foreach (var (parameterName, parameter) in backbone.Network.named_parameters())
        {
            var gradient = parameter.grad!.Values();
            var norm = Math.Sqrt(gradient.Sum(g => g * g));
            var (expectedNorm, expectedFirst) = expected["gradients"]![parameterName]!.Numbers() is [var n, var f] ? (n, f) : default;
            Assert.True(Math.Abs(norm - expectedNorm) <= 1e-6 * expectedNorm, $"{parameterName}: ‖g‖ = {norm}, expected {expectedNorm}");
            Assert.True(Math.Abs(gradient[0] - expectedFirst) <= 1e-6 * expectedNorm, $"{parameterName}: g₀ = {gradient[0]}, expected {expectedFirst}");
        }
    }

    [Fact]
    public void FeatureMapsStayChannelsLastWhateverTheImagesAre()
    {
        using var scope = NewDisposeScope();
        var map = new Convolution(3, 8, kernel: 3, stride: 1, padding: 1).call(zeros(2, 3, 8, 8));
        Assert.Equal([8L * 8 * 8, 1, 8 * 8, 8], map.stride());
    }

    [Fact]
    public void SmallStemsKeepTheFullSide()
    {
        var small = Backbones.Create(new ModelSpec { Backbone = "resnet18", Stem = "small" });
        // 32 px through the small stem costs what 128 px through the ImageNet stem does, but for the first convolution.
        var large = Create("resnet18");
        Assert.Equal(small.Macs(32) - 32L * 32 * 9 * 3 * 64, large.Macs(128) - 64L * 64 * 49 * 3 * 64);
        Assert.Equal(512, small.Features);
    }

    internal static Backbone Create(string name) =>
        Backbones.Create(new ModelSpec { Backbone = name, Stem = name == "narrow" ? "small" : "imagenet", Width = 4, Blocks = 2 });

    private static Backbone Filled(string name)
    {
        var backbone = Create(name);
        FormulaValues.Fill(backbone.Network);
        return backbone;
    }

    private static Tensor Images(int side, int batch) => (2 * FormulaValues.Of("images", batch, 3, side, side)).to(ScalarType.Float32);
}
