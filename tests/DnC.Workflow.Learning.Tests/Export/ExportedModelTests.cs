using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using DnC.Workflow.Learning.Export;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Tests.Models;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace DnC.Workflow.Learning.Tests.Export;

/// <summary>What comes out of an exported model elsewhere: ONNX Runtime, and torchvision's networks in PyTorch.</summary>
public sealed class ExportedModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Every backbone there is, each stem, narrow ones of several shapes.</summary>
    public static TheoryData<string, string, int, int, int> Networks => new()
    {
        { "narrow", "small", 4, 1, 16 },
        { "narrow", "small", 16, 1, 32 },
        { "narrow", "imagenet", 8, 3, 40 },
        { "resnet18", "small", 16, 1, 32 },
        { "resnet18", "imagenet", 16, 1, 96 },
        { "resnet34", "imagenet", 16, 1, 64 },
        { "resnet50", "imagenet", 16, 1, 65 },
        { "resnet50", "small", 16, 1, 16 },
    };

    [Fact]
    public void EveryBackboneIsAmongThem() => Assert.Equal(Backbones.Names.Order(), Networks.Select(n => n.Data.Item1).Distinct().Order());

    [Theory]
    [MemberData(nameof(Networks))]
    public void OnnxRuntimeFindsTheSameFeaturesInBatchesOfAnySize(string backbone, string stem, int width, int blocks, int side)
    {
        using var scope = NewDisposeScope();
        using var encoder = Filled(Spec(backbone, stem, width, blocks, side));
        var path = Path.Combine(_folder, ModelFiles.Onnx);
        ExportedModel.WriteOnnx(path, encoder, [new("run", "test")]);

        using var session = new InferenceSession(path);
        Assert.Equal("test", session.ModelMetadata.CustomMetadataMap["run"]);
        foreach (var count in (int[])[1, 3])
        {
            var images = Images(count, side);
            var input = NamedOnnxValue.CreateFromTensor("images", new DenseTensor<float>(images.data<float>().ToArray(), [count, 3, side, side]));
            using var results = session.Run([input]);
            var features = results.Single(r => r.Name == "features").AsTensor<float>();

            Assert.Equal([count, encoder.Features], features.Dimensions.ToArray());
            Near(Features(encoder, images), [.. features]);
        }
    }

    [Fact]
    public void TorchvisionsNetworksTakeTheWeightsAsTheyAreAndFindTheSameFeatures()
    {
        Assert.SkipWhen(Python("-c", "import torchvision") is null, "no python3 with torchvision here (Debian: python3-torchvision, libopenblas0-pthread)");
        using var scope = NewDisposeScope();
        var expected = new List<float[]>();
        foreach (var (index, (backbone, stem, width, blocks, side)) in Networks.Select(n => n.Data).Index())
        {
            using var encoder = Filled(Spec(backbone, stem, width, blocks, side));
            var folder = Directory.CreateDirectory(Path.Combine(_folder, $"{index}")).FullName;
            ExportedModel.Write(folder, encoder, new ModelConfig(encoder.Spec, "dnc", "r", "distill", "0"));
            var images = Images(2, side);
            File.WriteAllBytes(Path.Combine(folder, "images"), images.bytes.ToArray());
            expected.Add(Features(encoder, images));
        }

        var printed = Python([Path.Combine(AppContext.BaseDirectory, "Fixtures", "torchvision", "features.py"), .. expected.Select((_, i) => Path.Combine(_folder, $"{i}"))]);

        Assert.NotNull(printed);
        var lines = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected.Count, lines.Length);
        foreach (var (features, line) in expected.Zip(lines))
            Near(features, [.. line.Split(' ').Select(v => float.Parse(v, CultureInfo.InvariantCulture))]);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void ReadBackItIsTheSameNetworkInEveryLayer(string backbone, string stem, int width, int blocks, int side)
    {
        using var scope = NewDisposeScope();
        using var encoder = Filled(Spec(backbone, stem, width, blocks, side));
        ExportedModel.Write(_folder, encoder, new ModelConfig(encoder.Spec, "expert:1", "r", "expert[1]", "0"));

        var config = ModelConfig.Read(_folder);
        using var read = ExportedModel.Read(_folder, config, CPU);

        Assert.Equal(("expert:1", encoder.Spec), (config.Name, config.Model));
        Assert.False(read.training);
        var state = read.state_dict();
        Assert.All(encoder.state_dict(), s => Assert.Equal(s.Value.Values(), state[s.Key].Values()));
    }

    [Theory]
    [InlineData(32, "squash", 1.0, null)]
    [InlineData(224, "center", 0.875, 256)]
    public void PreprocessingIsToldInTheWordsOfHubs(int side, string mode, double share, int? shortest)
    {
        var pretrained = Preprocessing.Pretrained(side);
        var processor = Preprocessing.Processor(side);
        Assert.Equal((mode, share), (pretrained["crop_mode"]!.GetValue<string>(), pretrained["crop_pct"]!.GetValue<double>()));
        Assert.Equal(shortest, processor["size"]!["shortest_edge"]?.GetValue<int>());
        Assert.Equal(0.485, processor["image_mean"]![0]!.GetValue<double>());
    }

    [Fact]
    public void AFolderThatIsNoneIsRefusedWithWhatIsMissing()
    {
        Assert.Contains("has no config.json", Assert.Throws<UserInputException>(() => ModelConfig.Read(_folder)).Message, StringComparison.Ordinal);
        var config = Path.Combine(_folder, ModelFiles.Config);
        foreach (var (text, part) in new[] { ("{}", "says nothing below 'dnc'"), ("[", "no configuration of a model"), ("3", "no configuration of a model"), ("{\"dnc\": 3}", "no configuration of a model") })
        {
            File.WriteAllText(config, text);
            Assert.Contains(part, Assert.Throws<UserInputException>(() => ModelConfig.Read(_folder)).Message, StringComparison.Ordinal);
        }

        using var encoder = new Encoder(EncoderTests.Small, seed: 1);
        File.Delete(config);
        ExportedModel.Write(_folder, encoder, new ModelConfig(encoder.Spec, "dnc", "r", "distill", "0"));
        var json = JsonNode.Parse(File.ReadAllText(config))!;
        json["dnc"]!["model"]!["width"] = 8;
        json["dnc"]!["model"]!["blocks"] = 2;
        File.WriteAllText(config, json.ToJsonString());
        var mismatch = Assert.Throws<UserInputException>(() => ExportedModel.Read(_folder, ModelConfig.Read(_folder), CPU)).Message;
        Assert.Contains("'layer4.1.bn2.weight' is missing, expected [64]", mismatch, StringComparison.Ordinal);
        Assert.Contains("'conv1.weight' is [4, 3, 3, 3], expected [8, 3, 3, 3]", mismatch, StringComparison.Ordinal);
    }

    private static ModelSpec Spec(string backbone, string stem, int width, int blocks, int side) =>
        new() { Backbone = backbone, Stem = stem, Width = width, Blocks = blocks, Side = side, ProjectorHidden = 24, Projection = 6 };

    private static Encoder Filled(ModelSpec spec)
    {
        var encoder = new Encoder(spec, seed: 1);
        FormulaValues.Fill(encoder.Backbone.Network);
        encoder.eval();
        return encoder;
    }

    private static Tensor Images(int count, int side) => FormulaValues.Of("images", 2, 0, [count, 3, side, side]).to(ScalarType.Float32).contiguous();

    private static float[] Features(Encoder encoder, Tensor images)
    {
        using var noGrad = no_grad();
        return encoder.Pooled(images).contiguous().data<float>().ToArray();
    }

    private static void Near(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        // Features of a trained network are of the order of 1; these may be larger.
        var scale = Math.Max(1, expected.Max(Math.Abs));
        Assert.True(expected.Max() - expected.Min() > 1e-2, "the features say nothing");
        Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, 1e-4 * scale);
    }

    /// <summary>What it prints, or null where it fails or is not there.</summary>
    private static string? Python(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var printed = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? printed : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
