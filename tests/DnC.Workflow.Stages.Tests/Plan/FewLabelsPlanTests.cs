using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Tests.Plan;

public class FewLabelsPlanTests
{
    private static StageGraph Plan(string json, bool labels = true) => Planner.Plan(
        SpecReader.Read(json, "test"),
        new DataFacts
        {
            TrainImages = 1000,
            ProbeImages = 100,
            TestImages = 50,
            HasLabels = labels,
            Digests = new Dictionary<string, string> { ["train"] = "t", ["probe"] = "p", ["test"] = "q" },
        });

    [Fact]
    public void Each_share_layer_and_model_is_a_stage_and_nothing_else_hears_of_them()
    {
        var (with, without) = (Plan("""{ "fewLabels": { "shares": [0.01, 0.1], "epochs": 30 }, "evaluate": { "compare": ["equal-length"] } }"""), Plan("""{ "evaluate": { "compare": ["equal-length"] } }"""));
        var own = with.Stages.Where(s => s.Kind == "fewLabels").ToList();

        Assert.Equal(3 * 2 * 2, own.Count);
        Assert.Equal(("distill", "base", "equal-length"), (Of("dnc"), Of("base"), Of("equal-length")));
        Assert.Equal(without.Stages.Select(s => (s.Name, Key(s))), with.Stages.Except(own).Select(s => (s.Name, Key(s))));
        Assert.Equal(own.Count, own.Select(Key).Distinct().Count());
        Assert.Equal((long)(0.1 * 0.8 * 100 * 30 * 5), with["fewLabels[dnc,0.1,pooled]"].Images);

        string Of(string model) => with[$"fewLabels[{model},0.01,hidden]"].Inputs.Single().From;
    }

    [Fact]
    public void Without_labels_or_shares_there_are_none()
    {
        Assert.DoesNotContain(Plan("{}").Stages, s => s.Kind == "fewLabels");
        Assert.DoesNotContain(Plan("""{ "fewLabels": { "shares": [0.1] } }""", labels: false).Stages, s => s.Kind == "fewLabels");
    }

    [Fact]
    public void Another_share_or_layer_beside_it_changes_no_key_and_the_recipe_does()
    {
        var few = Plan("""{ "fewLabels": { "shares": [0.1], "layers": ["hidden"] } }""")["fewLabels[dnc,0.1,hidden]"];

        Assert.Equal(Key(few), Key(Plan("""{ "fewLabels": { "shares": [0.01, 0.1] } }""")[few.Name]));
        Assert.NotEqual(Key(few), Key(Plan("""{ "fewLabels": { "shares": [0.1], "epochs": 30 } }""")[few.Name]));
    }

    [Fact]
    public void Transfer_is_in_the_key_of_evaluation_only_where_it_is_asked_for()
    {
        Assert.False(Plan("{}")["evaluate[dnc]"].Settings.GetProperty("evaluate").TryGetProperty("transfer", out _));
        Assert.Equal(Key(Plan("{}")["evaluate[dnc]"]), Key(Plan("""{ "evaluate": { "transfer": false } }""")["evaluate[dnc]"]));
        Assert.NotEqual(Key(Plan("{}")["evaluate[dnc]"]), Key(Plan("""{ "evaluate": { "transfer": true } }""")["evaluate[dnc]"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Worth_trains_the_base_for_a_third_with_or_without_labels_and_changes_no_key(bool labels)
    {
        var (with, without) = (Plan("""{ "base": { "epochs": 30, "warmupEpochs": 3 }, "evaluate": { "worthIt": true } }""", labels), Plan("""{ "base": { "epochs": 30, "warmupEpochs": 3 } }""", labels));

        var third = with["base@third"].Settings.GetProperty("training");
        Assert.Equal((10, 1), (third.GetProperty("epochs").GetDouble(), third.GetProperty("warmupEpochs").GetDouble()));
        Assert.Equal(["base", "base@third"], with["worth"].Inputs.Select(i => i.From));
        Assert.Equal(labels ? 3 : 1, with["worth"].Data.Count);
        Assert.Equal(without.Stages.Select(Key), without.Stages.Select(s => Key(with[s.Name])));
        Assert.Equal(["base@third", "worth"], with.Stages.Select(s => s.Name).Except(without.Stages.Select(s => s.Name)));
    }

    private static string Key(StageNode stage) => StageKey.Of(stage, 1, new Dictionary<string, string>());
}
