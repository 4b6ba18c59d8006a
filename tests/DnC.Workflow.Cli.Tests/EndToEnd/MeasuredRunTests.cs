using System.Text.Json;
using DnC.Workflow.Images.Demo;

namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>What a spec may have measured of a run beyond the table: whether dividing is worth it, few labels, transfer.</summary>
public sealed class MeasuredRunTests(FinishedRun finished) : IDisposable
{
    private const string Third = "base@third", Tripled = "Tripling the base's length";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whether_dividing_is_worth_it_is_said_by_run_status_and_plan_and_costs_a_third_of_the_base()
    {
        var root = finished.Copy(_folder);
        string[] asked = ["--set", "evaluate.worthIt=true"];
        var before = ReuseTests.Outlook(root.Plan(asked).Expect(0));
        Assert.Equal(("reused", "runs", "reused"), (before["base"], before[Third], before["distill"]));
        Assert.DoesNotContain(Tripled, root.Plan(asked).Out, StringComparison.Ordinal);

        var printed = root.Run(asked).Expect(0).Out;
        var status = root.Status();
        Assert.Equal(new[] { Third, "worth" }.Order(), status.In("succeeded").Order());
        Assert.Equal(1.0 / 3, Flops(status[Third].Metrics) / Flops(RunStatus.Of(finished.Root)["base"].Metrics), 0.05);

        var said = Assert.Single(status.Report.Worth);
        Assert.StartsWith(Tripled, said, StringComparison.Ordinal);
        Assert.Contains($"on {SmallData.Labelled} test images", said, StringComparison.Ordinal);
        Assert.Contains(said, OneLine(printed), StringComparison.Ordinal);
        Assert.Contains(said, OneLine(root.Plan(asked).Expect(0).Out), StringComparison.Ordinal);

        // The sentence is of what the two evaluations measured: by hand from the stage's own figures.
        var trend = status["worth"].Metrics!.Value.GetProperty("trend");
        var gain = Knn(trend, "base") - Knn(trend, "third");
        Assert.Contains(FormattableString.Invariant($"gained {gain:+0.0;−0.0;0.0} ± "), said, StringComparison.Ordinal);

        static double Flops(JsonElement? metrics) => metrics!.Value.GetProperty("flops").GetDouble();
        static double Knn(JsonElement trend, string of) => trend.GetProperty(of).GetProperty("knn").GetDouble();
    }

    [Fact]
    public void Without_labels_worth_is_a_hint_and_says_so()
    {
        finished.Data.WriteFlat(_folder.Make("flat"), spoilt: 0);
        DncProcess.Run("run", finished.Spec, "--data", _folder.At("flat"), "--root", _folder.At("root"), "--set", "evaluate.worthIt=true").Expect(0);
        var report = RunStatus.Of(_folder.At("root")).Report;
        Assert.Equal("no labels", report.EvaluationSkipped);
        Assert.Contains("this is a hint and no measurement", Assert.Single(report.Worth), StringComparison.Ordinal);
    }

    [Fact]
    public void Few_labels_and_transfer_are_measured_beside_the_table_and_the_rest_is_reused()
    {
        var root = finished.Copy(_folder);
        string[] few = ["--set", "fewLabels.shares=0.1,1", "--set", "fewLabels.epochs=2", "--set", "fewLabels.rates=0.05"], asked = [.. few, "--set", "evaluate.transfer=true"];
        var printed = root.Run(asked).Expect(0).Out;

        var status = root.Status();
        Assert.All(["base", "embed", "cluster", "expert[2]", "distill"], own => Assert.Equal("reused", status[own].State));
        var rows = status.Report.FewLabels;
        Assert.Equal(
            from model in new[] { "base", "dnc" } from share in new[] { 0.1, 1 } from layer in new[] { "hidden", "pooled" } select (model, share, layer),
            rows.Select(r => (r.Model, r.Share, r.Layer)).Order());
        Assert.All(rows, r => Assert.InRange(r.Top1, 0, 100));

        // At least one image a class, and none that chooses the rate.
        Assert.All(rows, r => Assert.InRange(r.Labels, DemoOptions.Classes, SmallData.Labelled - 1));
        Assert.All(status.Report.Evaluation.Where(r => r.Model is "base" or "dnc"), r => Assert.NotNull(r.Transfer));
        Assert.Contains("100 % (", printed, StringComparison.Ordinal);

        // Once measured, asked for again: nothing runs.
        Assert.All(ReuseTests.Outlook(root.Plan(asked).Expect(0)).Values, would => Assert.Equal("reused", would));
    }

    private static string OneLine(string text) => string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
}
