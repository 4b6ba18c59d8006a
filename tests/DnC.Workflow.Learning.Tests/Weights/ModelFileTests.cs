using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Tests.Models;
using DnC.Workflow.Learning.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Weights;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Encoder _encoder = new(EncoderTests.Small, seed: 1);

    private string Model => _folder.File("model.safetensors");

    public void Dispose()
    {
        _encoder.Dispose();
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_network_that_is_read_back_says_the_same_of_an_image()
    {
        using var noGrad = no_grad();
        var images = FormulaValues.Of("images", 4, 3, 16, 16).to(ScalarType.Float32);
        // In train mode once: BatchNorm's statistics are no longer those of a new network.
        _encoder.Embed(images);
        _encoder.eval();
        ModelFile.Save(Model, _encoder);
        using var read = new Encoder(EncoderTests.Small, seed: 2);
        read.eval();
        Assert.NotEqual(_encoder.Embed(images).Projection.Values(), read.Embed(images).Projection.Values());

        ModelFile.Load(Model, read);

        Assert.Equal(_encoder.Embed(images).Pooled.Values(), read.Embed(images).Pooled.Values());
        Assert.Equal(_encoder.Embed(images).Projection.Values(), read.Embed(images).Projection.Values());
    }

    [Fact]
    public void A_network_of_another_width_is_refused_with_the_shapes()
    {
        ModelFile.Save(Model, _encoder);
        using var other = new Encoder(EncoderTests.Small with { Width = 2 * EncoderTests.Small.Width }, seed: 1);
        var before = other.state_dict().ToDictionary(s => s.Key, s => s.Value.Values());

        var error = Assert.Throws<WeightsFileException>(() => ModelFile.Load(Model, other));

        Assert.StartsWith($"{Model}: its weights are not those of {EncoderTests.Small.Backbone}: ", error.Message);
        Assert.Contains($"'backbone.conv1.weight' is [{EncoderTests.Small.Width}, 3, 3, 3], expected [{2 * EncoderTests.Small.Width}, 3, 3, 3]", error.Message, StringComparison.Ordinal);
        Assert.All(other.state_dict(), s => Assert.Equal(before[s.Key], s.Value.Values()));
    }

    [Fact]
    public void A_network_of_other_layers_is_refused_with_their_names()
    {
        ModelFile.Save(Model, _encoder);
        using var deeper = new Encoder(EncoderTests.Small with { Blocks = 2 }, seed: 1);
        Assert.Contains("'backbone.layer1.1.conv1.weight' is missing", Assert.Throws<WeightsFileException>(() => ModelFile.Load(Model, deeper)).Message, StringComparison.Ordinal);

        ModelFile.Save(Model + "2", deeper);
        Assert.Contains("' is not of this network", Assert.Throws<WeightsFileException>(() => ModelFile.Load(Model + "2", _encoder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_cut_is_refused()
    {
        ModelFile.Save(Model, _encoder);
        File.WriteAllBytes(Model, File.ReadAllBytes(Model)[..^4]);
        Assert.Throws<WeightsFileException>(() => ModelFile.Load(Model, _encoder));
    }
}
