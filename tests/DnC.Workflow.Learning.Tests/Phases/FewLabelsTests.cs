using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Tests.Phases;

public class FewLabelsTests
{
    private static string[] Of(params string[] more) => ["fewLabels.shares=[0.5]", "fewLabels.epochs=3", "fewLabels.batch=32", "fewLabels.rates=[0.2,0.05]", .. more];

    [Fact]
    public void On_all_labels_it_beats_chance_by_far_and_says_what_it_took()
    {
        using var run = new PhaseRun("fewLabels.shares=[1]", "fewLabels.epochs=15", "fewLabels.batch=32", "fewLabels.rates=[4,2]", "fewLabels.layers=hidden");
        run.ProvideModel("base", seed: 5);
        var row = run.Run("fewLabels[base,1,hidden]").Metrics.GetProperty("fewLabels");

        Assert.Equal(("base", "hidden", 200), (row.GetProperty("model").GetString(), row.GetProperty("layer").GetString(), row.GetProperty("images").GetInt32()));
        Assert.Contains(row.GetProperty("rate").GetDouble(), new[] { 4.0, 2.0 });
        var validation = run.Results["fewLabels[base,1,hidden]"].Metrics.GetProperty("validation").EnumerateArray().Select(v => v.GetDouble()).ToArray();
        Assert.Equal(row.GetProperty("rate").GetDouble(), new[] { 4.0, 2.0 }[Array.IndexOf(validation, validation.Max())]);

        // Each rate begins anew, at a classifier of zeros, and learns.
        double[] losses = [.. File.ReadLines(run.Output("fewLabels[base,1,hidden]", StageFiles.Curve)).Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement.GetProperty("loss").GetDouble())];
        Assert.Equal(Math.Log(100), losses[0], 1e-3);
        Assert.Equal(Math.Log(100), losses[losses.Length / 2], 1e-3);
        Assert.InRange(losses[(losses.Length / 2) - 1], 0, 0.8 * losses[0]);
        Assert.True(row.GetProperty("top1").GetDouble() > 1, $"{row}");
    }

    [Theory]
    [InlineData("pooled")]
    [InlineData("hidden")]
    public void Stopped_at_any_step_and_resumed_it_ends_with_the_same_figures(string layer)
    {
        using var run = new PhaseRun(Of());
        run.ProvideModel("base", seed: 5);
        var stage = $"fewLabels[base,0.5,{layer}]";
        run.Run(stage);
        var undisturbed = Figures(run, stage);
        var steps = File.ReadLines(run.Output(stage, StageFiles.Curve)).Count();
        Assert.True(steps > 8, $"{steps} steps");

        // In the first rate, at its end, in the second.
        foreach (var stopAt in new[] { 1, steps / 2, (steps / 2) + 1, steps - 1 })
        {
            var checkpoints = run.Checkpoints();
            Assert.Throws<StageStopped>(() => run.Attempt(stage, checkpoints, () => run.Step >= stopAt, out _));
            Assert.Equal([stopAt], checkpoints.Committed);
            run.Results[stage] = run.Attempt(stage, checkpoints, () => false, out _);

            Assert.Equal(undisturbed, Figures(run, stage));
        }
    }

    [Fact]
    public void A_rate_that_diverges_is_out_and_where_all_do_the_message_says_what_to_change()
    {
        using var run = new PhaseRun(Of("fewLabels.rates=[1000,0.05]", "fewLabels.epochs=20", "fewLabels.layers=pooled"));
        run.ProvideModel("base", seed: 5);
        var metrics = run.Run("fewLabels[base,0.5,pooled]").Metrics;
        Assert.Equal(0.05, metrics.GetProperty("fewLabels").GetProperty("rate").GetDouble());

        using var broken = new PhaseRun(Of("fewLabels.rates=[1000,900]", "fewLabels.layers=pooled", "fewLabels.epochs=20"));
        broken.ProvideModel("base", seed: 5);
        var failure = Assert.Throws<StageFailure>(() => broken.Run("fewLabels[base,0.5,pooled]"));
        Assert.False(failure.Retryable);
        Assert.Contains("fewLabels.rates", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_classifier_of_a_rate_of_nothing_says_the_first_class_alone()
    {
        using var run = new PhaseRun(Of("fewLabels.rates=[1e-30]", "fewLabels.layers=pooled"));
        run.ProvideModel("base", seed: 5);
        var row = run.Run("fewLabels[base,0.5,pooled]").Metrics.GetProperty("fewLabels");

        // It starts at 0, so all classes are equally likely, and of equals the first is taken: its share of the test images.
        using var data = DnC.Workflow.Images.Formats.DataFolder.Open(run.Spec.Data.Path!, null, null, null);
        var labels = DnC.Workflow.Images.Labels.LabelTable.Open(data, "test")!.ClassOf;
        Assert.Contains(row.GetProperty("top1").GetDouble(), labels.GroupBy(l => l).Select(own => 100.0 * own.Count() / labels.Length));
    }

    private static string Figures(PhaseRun run, string stage) =>
        run.Results[stage].Metrics.GetProperty("fewLabels") + " " + run.Results[stage].Metrics.GetProperty("validation");
}
