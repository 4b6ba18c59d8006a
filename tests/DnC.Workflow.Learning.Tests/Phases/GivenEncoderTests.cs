using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Export;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Tests.Models;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Phases;

/// <summary>Given weights in the place of the base training.</summary>
public sealed class GivenEncoderTests : IDisposable
{
    private static readonly ModelSpec Model = new() { Backbone = "narrow", Stem = "small", Width = 8, Side = 32, ProjectorHidden = 32, Projection = 16, Augmentation = "small" };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ExportedWeightsAreTheBaseAsTheyAreAndTheRunGoesOnFromThem()
    {
        using var encoder = new Encoder(Model, seed: 5);
        var exported = Directory.CreateDirectory(_folder.File("exported")).FullName;
        ExportedModel.Write(exported, encoder, new ModelConfig(Model, "base", "r", "base", "0"));
        ModelFile.Save(_folder.File("run.safetensors"), encoder);

        foreach (var weights in (string[])[exported, _folder.File("run.safetensors")])
        {
            using var run = new PhaseRun($"base.weights={weights}");
            var result = run.Run("base");
            Assert.Equal(File.ReadAllBytes(_folder.File("run.safetensors")), File.ReadAllBytes(run.Output("base", StageFiles.Model)));
            Assert.Equal(("given", 0), (result.Metrics.GetProperty("projector").GetString(), result.Metrics.GetProperty("images").GetInt32()));
            Assert.True(File.Exists(run.Output("base", StageFiles.Curve)));
            if (weights == exported)
                Assert.True(run.Run("distill").Metrics.GetProperty("loss").GetDouble() > 0);
        }
    }

    [Fact]
    public void WithoutAProjectorARandomOneHasTheImagesStatistics()
    {
        var file = _folder.File("torchvision.safetensors");
        using var given = Torchvision(file);
        using var run = new PhaseRun($"base.weights={file}", "embed.layer=pooled");
        var result = run.Run("base");
        Assert.Equal("random", result.Metrics.GetProperty("projector").GetString());

        using var scope = NewDisposeScope();
        using var encoder = new Encoder(Model, seed: 0);
        ModelFile.Load(run.Output("base", StageFiles.Model), encoder);
        var state = encoder.state_dict();
        Assert.All(given.state_dict().Where(s => s.Key.StartsWith("backbone.", StringComparison.Ordinal) && !s.Key.EndsWith("tracked", StringComparison.Ordinal)), s => Assert.Equal(s.Value.Values(), state[s.Key].Values()));

        // The pooled features of the next stage are those of all images: the statistics by their formulas, in double precision.
        run.Run("embed");
        using var pooled = FeatureMatrix.Open(run.Output("embed", StageFiles.Embedding));
        var rows = Enumerable.Range(0, pooled.Rows).Select(r => Array.ConvertAll(pooled.Row(r).ToArray(), v => (double)v)).ToArray();
        var before = Linear(rows, state["projector.linear1.weight"]);
        Holds(before, state, "projector.bn1");
        var (mean, variance) = (state["projector.bn1.running_mean"].Values(), state["projector.bn1.running_var"].Values());
        var hidden = before.Select(r => r.Select((v, i) => Math.Max(0, (v - mean[i]) / Math.Sqrt(variance[i] + 1e-5))).ToArray()).ToArray();
        Holds(Linear(hidden, state["projector.linear2.weight"]), state, "projector.bn2");
        Assert.True(run.Run("distill").Metrics.GetProperty("loss").GetDouble() > 0);
    }

    [Fact]
    public void TheNamesOfTorchvisionsResNet50AreTaken()
    {
        using var scope = NewDisposeScope();
        var names = FormulaValues.Fixture("torch-models", "resnets.json")["cases"]!["resnet50"]!["names"]!.AsObject();
        var file = _folder.File("resnet50.safetensors");
        SafetensorsFile.Write(file, names.Select(n => KeyValuePair.Create(n.Key, zeros(n.Value!.Numbers().Select(d => (long)d).ToArray())))
            .Append(new("fc.weight", zeros(1000, 2048))).Append(new("fc.bias", zeros(1000))));
        var spec = new RunSpec { Base = new BaseSpec { Weights = file }, Model = new ModelSpec { ProjectorHidden = 16, Projection = 8 }, Embed = new EmbedSpec { Layer = "pooled" } };

        GivenWeights.Require(spec);

        Assert.Contains("Set embed.layer=pooled", Assert.Throws<UserInputException>(() => GivenWeights.Require(spec with { Embed = new EmbedSpec() })).Message, StringComparison.Ordinal);
        // All that differs, by name and shape: 161 convolutions and norms of a ResNet-50 are no ResNet-18's.
        var wrong = Assert.Throws<UserInputException>(() => GivenWeights.Require(spec with { Model = spec.Model with { Backbone = "resnet18" } })).Message;
        Assert.Contains("'layer1.0.conv1.weight' is [64, 64, 1, 1], expected [64, 64, 3, 3]", wrong, StringComparison.Ordinal);
        Assert.Contains("'layer3.5.bn3.running_var' is not of this network", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("fc.", wrong, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<UserInputException>(() => GivenWeights.Require(spec with { Base = new BaseSpec { Weights = file + "x" } })).Message, StringComparison.Ordinal);
        File.WriteAllText(file, "no weights");
        Assert.Contains("is damaged or of another kind", Assert.Throws<UserInputException>(() => GivenWeights.Require(spec)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNotThePlannedOneFailsTheStageAndSoDoesOneThatIsNotHere()
    {
        var file = _folder.File("torchvision.safetensors");
        using (Torchvision(file))
        {
        }

        using var hidden = new PhaseRun($"base.weights={file}");
        Assert.Contains("embed.layer' is hidden", Assert.Throws<StageFailure>(() => hidden.Run("base")).Message, StringComparison.Ordinal);
        using var run = new PhaseRun($"base.weights={file}", "embed.layer=pooled");
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        var changed = Assert.Throws<StageFailure>(() => run.Run("base"));
        Assert.Contains("has changed since the run was planned", changed.Message, StringComparison.Ordinal);
        File.Delete(file);
        var gone = Assert.Throws<StageFailure>(() => run.Run("base"));
        Assert.Contains("at the same path on every worker", gone.Message, StringComparison.Ordinal);
        Assert.Equal((false, true), (changed.Retryable, gone.Retryable));
    }

    [Fact]
    public void TheContentCountsForTheKeyAndNotThePath()
    {
        foreach (var name in (string[])["a", "b"])
        {
            using (Torchvision(_folder.File(name)))
            {
            }
        }

        using var other = new Encoder(Model, seed: 6);
        ModelFile.Save(_folder.File("other"), other);
        string[] settings = [.. new[] { "a", "b", "other" }.Select(name =>
        {
            using var run = new PhaseRun($"base.weights={_folder.File(name)}", "embed.layer=pooled");
            return run.Graph["base"].Settings.GetRawText();
        })];
        Assert.Equal(settings[0], settings[1]);
        Assert.NotEqual(settings[0], settings[2]);
    }

    /// <summary>A file as torchvision's: no prefix, with a classifier, and as old ones are, without counters of batches.</summary>
    private static Encoder Torchvision(string file)
    {
        using var scope = NewDisposeScope();
        var encoder = new Encoder(Model, seed: 5);
        FormulaValues.Fill(encoder.Backbone.Network);
        SafetensorsFile.Write(file, encoder.Backbone.Network.state_dict().Where(s => !s.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            .Append(new("fc.weight", zeros(10, encoder.Features))).Append(new("fc.bias", zeros(10))));
        return encoder;
    }

    private static double[][] Linear(double[][] rows, Tensor weight)
    {
        var (w, d) = (weight.Values(), (int)weight.shape[1]);
        return [.. rows.Select(r => Enumerable.Range(0, w.Length / d).Select(o => r.Select((v, i) => v * w[(o * d) + i]).Sum()).ToArray())];
    }

    private static void Holds(double[][] rows, Dictionary<string, Tensor> state, string norm)
    {
        var (means, variances) = (state[norm + ".running_mean"].Values(), state[norm + ".running_var"].Values());
        for (var i = 0; i < means.Length; i++)
        {
            var mean = rows.Average(r => r[i]);
            var variance = rows.Sum(r => (r[i] - mean) * (r[i] - mean)) / (rows.Length - 1);
            Assert.Equal(mean, means[i], 1e-4 * Math.Max(1, Math.Abs(mean)));
            Assert.Equal(variance, variances[i], 1e-4 * Math.Max(1e-2, variance));
        }
    }
}
