using System.Text.Json;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Cli.Tests.Status;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using Spectre.Console.Testing;

namespace DnC.Workflow.Cli.Tests.Terminal;

public sealed class FewLabelsTableTests : IDisposable
{
    private readonly TestConsole _console = new TestConsole().Width(100);

    public void Dispose() => _console.Dispose();

    [Fact]
    public void A_share_and_a_model_are_a_line_with_both_layers_and_transfer_is_a_column()
    {
        var report = StatusReport.Of(Views.Run(
            RunState.Succeeded,
            Views.Evaluation("dnc", new EvaluationRow("dnc", null, 662, 17, 1.5, 19, 1.5, 20.5, 1.6)),
            Tuned("dnc", 0.1, 80, "hidden", 30),
            Tuned("dnc", 0.1, 80, "pooled", 28),
            Tuned("base", 0.01, 12, "hidden", 10),
            Stage("worth", "worth", new { trend = new BaseTrend(200, 10, 0.5, 3, 4, 0.8, 0.9, null, null) })));
        EvaluationTable.Write(_console, report);

        Assert.Equal(
            """
            Top-1 on the test images, percent

              model         k-NN   linear probe       L-BFGS   images
            ───────────────────────────────────────────────────────────
              dnc     17.0 ± 1.5     19.0 ± 1.5   20.5 ± 1.6      662

            Top-1 after fine-tuning on few labels, percent

              labels      model   from pooled   from hidden   images
            ──────────────────────────────────────────────────────────
              1 % (12)    base              –    10.0 ± 1.0      662
              10 % (80)   dnc      28.0 ± 1.0    30.0 ± 1.0      662
            """,
            Titled(Views.Trimmed(_console.Output).Split("There are no labels")[0].TrimEnd()));
        Assert.Contains("There are no labels, so this is a hint", _console.Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(report.ToJson());
        Assert.Null(StatusSchema.Fault(json.RootElement));
        Assert.Equal(3, json.RootElement.GetProperty("fewLabels").GetArrayLength());
        Assert.Single(json.RootElement.GetProperty("worth").EnumerateArray());
    }

    /// <summary>Titles are set in the middle.</summary>
    private static string Titled(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimStart() is var bare && bare.StartsWith("Top-1", StringComparison.Ordinal) ? bare : line));

    private static StageView Tuned(string model, double share, int labels, string layer, double top1) =>
        Stage($"fewLabels[{model},{share},{layer}]", "fewLabels", new { fewLabels = new FewLabelsRow(model, share, labels, layer, 662, top1, 1, 0.1) });

    private static StageView Stage<T>(string name, string kind, T metrics) =>
        Views.Stage(name, StageState.Succeeded, kind) with { Metrics = JsonSerializer.SerializeToElement(metrics, SpecJson.Options) };
}
