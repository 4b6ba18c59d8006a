using System.Buffers.Binary;
using System.Text.Json.Nodes;
using DnC.Workflow.Learning.Export;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>'dnc export' of a finished run.</summary>
public sealed class ExportTests(FinishedRun finished) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_distilled_model_is_exported_with_torchvisions_names_a_configuration_and_a_card()
    {
        var folder = _folder.At("taken");
        var printed = Export("--out", folder, "--format", "onnx").Expect(0);
        Assert.Contains(folder, printed.Out, StringComparison.Ordinal);

        Assert.Equal(
            [ModelFiles.Card, ModelFiles.Config, ModelFiles.Onnx, ModelFiles.Weights, ModelFiles.Preprocessor, ModelFiles.Projector],
            Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var names = Names(Path.Combine(folder, ModelFiles.Weights));
        Assert.Contains("layer4.0.downsample.1.running_var", names);
        Assert.DoesNotContain(names, n => n.StartsWith("backbone", StringComparison.Ordinal) || n.StartsWith("projector", StringComparison.Ordinal));
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, ModelFiles.Config)))!;
        Assert.Equal(("narrow", 64, "dnc"), (config["architecture"]!.GetValue<string>(), config["num_features"]!.GetValue<int>(), config["dnc"]!["name"]!.GetValue<string>()));

        var card = File.ReadAllText(Path.Combine(folder, ModelFiles.Card));
        var status = RunStatus.Of(finished.Root);
        foreach (var part in (string[])["license: other", "300 images", "| distill | 1 |", "| expert[0] |", "| **dnc** |", "squeezed to 32×32", "model.onnx", status.Report.Id])
            Assert.Contains(part, card, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), card, StringComparison.Ordinal);
    }

    [Fact]
    public void The_base_comes_with_its_clusters_and_an_expert_with_its_own_figures()
    {
        Export("--model", "base", "--out", _folder.At("base")).Expect(0);
        Assert.Equal(["centroids", "cluster"], Names(_folder.At("base", ModelFiles.Clusters)));
        Assert.False(File.Exists(_folder.At("base", ModelFiles.Onnx)));

        Export("--model", "expert:1", "--out", _folder.At("expert")).Expect(0);
        var card = File.ReadAllText(_folder.At("expert", ModelFiles.Card));
        Assert.Contains("one cluster alone (expert:1)", card, StringComparison.Ordinal);
        Assert.DoesNotContain("| distill |", card, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("expert", ModelFiles.Clusters)));
    }

    [Fact]
    public void Nothing_is_overwritten_unless_it_is_an_exported_model_and_that_is_wanted()
    {
        var folder = _folder.At("there");
        Export("--out", folder).Expect(0);
        var weights = File.ReadAllBytes(Path.Combine(folder, ModelFiles.Weights));
        File.WriteAllText(Path.Combine(folder, ModelFiles.Card), "mine");
        Assert.Contains("--force replaces it", Export("--out", folder).Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(folder, ModelFiles.Card)));
        Export("--out", folder, "--force").Expect(0);
        Assert.NotEqual("mine", File.ReadAllText(Path.Combine(folder, ModelFiles.Card)));
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(folder, ModelFiles.Weights)));

        _folder.Make("papers");
        _folder.Write("papers/thesis.txt", "years of work");
        Assert.Contains("something else than an exported model", Export("--out", _folder.At("papers"), "--force").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("is a file", Export("--out", _folder.At("papers", "thesis.txt")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal(["papers", "there"], Directory.EnumerateDirectories(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("best", "There is no model 'best': expected dnc, base, expert:3")]
    [InlineData("expert:7", "it has no stage 'expert[7]'")]
    [InlineData("base-only", "It has base, expert:0, expert:1, expert:2, dnc")]
    public void A_model_that_the_run_has_not_is_told_with_those_it_has(string model, string part)
    {
        Assert.Contains(part, Export("--model", model, "--out", _folder.At("none")).Expect(2).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("none")));
    }

    [Fact]
    public void Damaged_weights_are_told_with_the_way_out_and_nothing_is_written()
    {
        var root = finished.Copy(_folder);
        var file = root.Status().Output("distill", "model.safetensors");
        File.SetAttributes(file, FileAttributes.Normal);
        using (var stream = File.Open(file, FileMode.Open))
            stream.SetLength(stream.Length - 4);
        var error = DncProcess.Run("export", root.Status().Report.Id, "--root", root.Root, "--out", _folder.At("none")).Expect(2).Error;
        Assert.Contains("distill' makes it again", error, StringComparison.Ordinal);
        Assert.Equal(["root"], Directory.EnumerateDirectories(_folder.Path).Select(Path.GetFileName));
    }

    private DncResult Export(params string[] more) =>
        DncProcess.Run(["export", RunStatus.Of(finished.Root).Report.Id, "--root", finished.Root, .. more]);

    private static IEnumerable<string> Names(string safetensors)
    {
        var bytes = File.ReadAllBytes(safetensors);
        var header = JsonNode.Parse(bytes.AsSpan(8, (int)BinaryPrimitives.ReadInt64LittleEndian(bytes)))!.AsObject();
        return header.Select(h => h.Key).Order(StringComparer.Ordinal);
    }
}
