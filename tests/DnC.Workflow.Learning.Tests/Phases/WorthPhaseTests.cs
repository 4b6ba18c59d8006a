using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Learning.Tests.Phases;

public class WorthPhaseTests
{
    [Fact]
    public void A_base_that_did_not_change_agrees_with_itself_and_has_the_figures_of_its_evaluation()
    {
        using var run = new PhaseRun("evaluate.worthIt=true");
        run.ProvideModel("base", seed: 5);
        run.ProvideModel("base@third", seed: 5);
        var trend = Trend(run);

        Assert.Equal((RenderedSet.Images, 1.0), (trend.Images, trend.Agreement));
        Assert.Equal((trend.BaseRank, trend.BaseSpread), (trend.ThirdRank, trend.ThirdSpread));
        Assert.InRange(trend.BaseRank!.Value, 1, 64);
        Assert.Equal(trend.Base! with { Model = "third" }, trend.Third);
        var evaluated = run.Run("evaluate[base]").Metrics.GetProperty("rows")[0].Deserialize<EvaluationRow>(SpecJson.Options)!;
        Assert.Equal((evaluated.Knn, evaluated.Linear), (trend.Base!.Knn, trend.Base.Linear));
    }

    [Fact]
    public void The_shorter_base_is_the_same_recipe_for_a_third_of_the_length()
    {
        using var run = new PhaseRun("evaluate.worthIt=true", "base.epochs=3", "base.warmupEpochs=1.5");
        var trend = Trend(run);

        Assert.Equal(3 * run.Metric("base@third", "steps"), run.Metric("base", "steps"), 3.0);
        Assert.InRange(trend.Agreement, 0, 0.999);
        Assert.NotEqual(trend.BaseSpread, trend.ThirdSpread);
    }

    private static BaseTrend Trend(PhaseRun run) => run.Run("worth").Metrics.GetProperty("trend").Deserialize<BaseTrend>(SpecJson.Options)!;
}
