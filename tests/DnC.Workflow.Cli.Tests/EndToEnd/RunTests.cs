using System.Text.Json;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using DnC.Workflow.Cli.Tests.Status;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>One run on labelled shards, looked at from all sides.</summary>
public sealed class RunTests(FinishedRun finished)
{
    private static readonly string[] Stages =
        ["base", "embed", "cluster", "expert[0]", "expert[1]", "expert[2]", "distill", "evaluate[pixels]", "evaluate[clusters]", "evaluate[base]", "evaluate[dnc]"];

    [Fact]
    public void A_run_ends_with_the_table()
    {
        var text = finished.First.Out;
        Assert.StartsWith("Run ", text, StringComparison.Ordinal);
        Assert.Contains("11 stages on 300 images.", text, StringComparison.Ordinal);
        foreach (var row in new[] { "chance", "raw pixels", "base", "dnc" })
            Assert.Matches($@"(?m)^  {row} .*\d\.\d.*200", text);
        Assert.Matches("clusters against labels of 300 images: classes purity 0\\.\\d\\d, NMI 0\\.\\d\\d; domains purity 0\\.\\d\\d", text);
        Assert.Matches("(?m)^Run [0-9a-f]+ succeeded in .*\\.$", text);
        Assert.Empty(finished.First.Error);
    }

    [Fact]
    public void It_says_where_the_distilled_model_is_and_that_loads()
    {
        var status = RunStatus.Of(finished.Root);
        Assert.Equal(status.Output("distill", "model.safetensors"), status.Report.Model);
        Assert.EndsWith($"The distilled model (docs/guide.md says how to load it):\n  {status.Report.Model}\nReport: {Path.Combine(finished.Root, "reports", status.Report.Id + ".html")}\n", finished.First.Out, StringComparison.Ordinal);
        Assert.Contains(
            $"  {status.Report.Model}\nReport: {Path.Combine(finished.Root, "reports", status.Report.Id + ".html")}\n", DncProcess.Run("status", "--root", finished.Root).Expect(0).Out, StringComparison.Ordinal);

        // As docs/guide.md has it.
        var spec = SpecReader.Read(File.ReadAllText(finished.Spec), "spec.json");
        using var encoder = new Encoder(spec.Model, seed: 0);
        ModelFile.Load(status.Report.Model!, encoder);
        encoder.eval();
        using var images = torch.zeros(2, 3, spec.Model.Side, spec.Model.Side);
        using var _ = torch.no_grad();
        using var features = encoder.Pooled(images);
        Assert.Equal([2, encoder.Features], features.shape);
    }

    [Fact]
    public void In_a_pipe_there_are_whole_lines_and_no_escape_codes()
    {
        var lines = finished.First.Out.Split('\n');
        Assert.DoesNotContain('\u001b', finished.First.All);
        Assert.DoesNotContain('\r', finished.First.Out);
        foreach (var stage in Stages)
            Assert.Contains(lines, l => l.StartsWith(stage + " ", StringComparison.Ordinal) && l.Contains("succeeded in", StringComparison.Ordinal));
    }

    [Fact]
    public void Status_json_keeps_its_schema_and_its_contract()
    {
        var text = DncProcess.Run("status", "--json", "--root", finished.Root).Expect(0).Out;
        using var document = JsonDocument.Parse(text);
        Assert.Null(StatusSchema.Fault(document.RootElement));

        var status = RunStatus.Of(finished.Root);
        Assert.Equal(("small", "succeeded"), (status.Report.Name, status.Report.State));
        Assert.Equal(Stages, status.Report.Stages.Select(s => s.Name));
        Assert.All(status.Report.Stages, s => Assert.Equal(("succeeded", 1, 1, null, null, null), (s.State, s.Attempts, s.Generation, s.ResumedAtStep, s.ReusedFrom, s.Error)));
        Assert.All(status.Report.Stages, s => Assert.Equal(JsonValueKind.Object, s.Metrics!.Value.ValueKind));
        Assert.True(status["base"].Metrics!.Value.GetProperty("flops").GetDouble() > 0);
        Assert.Equal(["chance", "raw pixels", "base", "dnc"], status.Report.Evaluation.Select(r => r.Model).Order(Comparer<string>.Create((a, b) => Rank(a) - Rank(b))));
        Assert.All(status.Report.Evaluation, r => Assert.Equal((SmallData.Labelled, null), (r.Images, r.Subset)));
        Assert.All(status.Report.Evaluation, r => Assert.InRange(r.Knn!.Value, 0, 100));
        Assert.All(status.Report.Evaluation.Where(r => r.Model != "chance"), r => Assert.True(r.KnnStderr > 0 && r.LinearStderr > 0 && r.Linear is > 0 and < 100));
        Assert.Null(status.Report.EvaluationSkipped);
        Assert.Equal(SmallData.Pretrain, status.Report.Clusters!.Images);
    }

    [Fact]
    public void Status_shows_a_run_by_the_beginning_of_its_id()
    {
        var id = RunStatus.Of(finished.Root).Report.Id;
        var text = DncProcess.Run("status", id[..4], "--root", finished.Root).Expect(0).Out;
        Assert.StartsWith($"Run {id} (small): succeeded, took ", text, StringComparison.Ordinal);
        Assert.All(Stages, s => Assert.Matches($"(?m)^  {System.Text.RegularExpressions.Regex.Escape(s)} +succeeded +[0-9]", text));
    }

    [Fact]
    public void The_ledger_has_one_end_and_one_artifact_for_every_stage()
    {
        var status = RunStatus.Of(finished.Root);
        var events = status.Ledger((ledger, run) => ledger.Events(run));
        Assert.All(Stages, s => Assert.Single(events, e => e.Stage == s && e.Event == StageEvent.Completed));
        Assert.All(new[] { "base", "expert[0]", "distill" }, s => Assert.True(new FileInfo(status.Output(s, "model.safetensors")).Length > 0));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(finished.Root, "work"), "checkpoints", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(finished.Root, "artifacts"), "*.checkpoint-*", SearchOption.AllDirectories));
    }

    private static int Rank(string model) => Array.IndexOf(["chance", "raw pixels", "base", "dnc"], model);
}
