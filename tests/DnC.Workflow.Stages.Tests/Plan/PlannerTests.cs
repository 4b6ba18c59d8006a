using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Tests.Plan;

public class PlannerTests
{
    private static DataFacts Facts(bool labels = true, long images = 1000) => new()
    {
        TrainImages = images,
        ProbeImages = 100,
        TestImages = 50,
        HasLabels = labels,
        Digests = new Dictionary<string, string> { ["train"] = "t", ["probe"] = "p", ["test"] = "q" },
    };

    private static StageGraph Plan(string json, DataFacts? facts = null) => Planner.Plan(SpecReader.Read(json, "test"), facts ?? Facts());

    [Fact]
    public void Without_labels_nothing_is_evaluated_and_no_rival_is_trained()
    {
        var graph = Plan("""{ "cluster": { "k": 2 }, "evaluate": { "compare": ["equal-length"] } }""", Facts(labels: false));

        Assert.Equal(["base", "embed", "cluster", "expert[0]", "expert[1]", "distill"], graph.Stages.Select(s => s.Name));
    }

    [Theory]
    [InlineData("base", "base")]
    [InlineData("embed", "embed")]
    [InlineData("cluster", "cluster")]
    [InlineData("experts", "expert[1]")]
    [InlineData("distill", "distill")]
    [InlineData("evaluate", "evaluate[dnc]")]
    public void Every_phase_says_where_and_how_it_runs_and_no_key_hears_of_it(string phase, string stage)
    {
        var told = Plan($$"""{ "{{phase}}": { "resource": "gpu-80g", "device": "cuda:1", "threads": 3, "checkpointSeconds": 7, "timeoutMinutes": 8, "queueTimeoutMinutes": 9 } }""")[stage];
        var plain = Plan("{}")[stage];

        Assert.Equal("gpu-80g", told.Resource);
        Assert.Equal(plain.Options with { Device = "cuda:1", Threads = 3, CheckpointSeconds = 7, TimeoutMinutes = 8, QueueTimeoutMinutes = 9 }, told.Options);
        Assert.Equal(plain.Settings.ToString(), told.Settings.ToString());
    }

    [Fact]
    public void An_expert_reads_the_members_of_its_cluster_alone_and_no_fingerprint_of_the_whole_set()
    {
        var expert = Plan("{}")["expert[3]"];

        Assert.Equal([new StageInput("members", "cluster", "members-0003.tsv")], expert.Inputs);
        Assert.Empty(expert.Data);
        Assert.Equal(("cluster", 3), (expert.FanOutOf, expert.Index));
    }

    [Fact]
    public void Experts_with_the_same_members_have_the_same_key_whatever_their_number()
    {
        var graph = Plan("{}");
        var inputs = new Dictionary<string, string> { ["members"] = "abc" };

        Assert.Equal(StageKey.Of(graph["expert[0]"], 1, inputs), StageKey.Of(graph["expert[4]"], 1, inputs));
    }

    [Fact]
    public void A_budget_in_images_is_shared_in_proportion_so_that_each_cluster_is_seen_equally_often()
    {
        var graph = Plan("""{ "experts": { "images": 60000 } }""");

        Assert.Equal(60.0, graph["expert[1]"].Settings.GetProperty("training").GetProperty("epochs").GetDouble());
    }

    [Fact]
    public void The_equal_length_rival_trains_as_long_as_all_phases_together()
    {
        var graph = Plan("""{ "base": { "epochs": 20 }, "experts": { "epochs": 60 }, "distill": { "epochs": 30 }, "rounds": 2, "evaluate": { "compare": ["equal-length"] } }""");

        Assert.Equal(20 + (2 * 90), graph["equal-length"].Settings.GetProperty("training").GetProperty("epochs").GetDouble());
        Assert.True(graph.Contains("evaluate[equal-length]"));
    }

    [Fact]
    public void Rounds_stand_on_the_distilled_model_of_the_round_before()
    {
        var graph = Plan("""{ "rounds": 2, "cluster": { "k": 2 } }""");

        Assert.Equal("distill", graph["embed@2"].Inputs.Single().From);
        Assert.Equal("cluster@2", graph["expert@2[1]"].FanOutOf);
        Assert.Equal("distill@2", graph["evaluate[dnc]"].Inputs.Single().From);
        Assert.Equal(["distill", "distill@2"], new[] { 1, 2 }.Select(Planner.FinalStage));
    }

    [Fact]
    public void Every_round_is_evaluated_and_the_last_model_keeps_its_name()
    {
        var graph = Plan("""{ "rounds": 3, "cluster": { "k": 2 } }""");

        Assert.Equal(
            ["pixels", "clusters", "base", "dnc@1", "clusters@2", "dnc@2", "clusters@3", "dnc", "expert[0]", "expert[1]", "expert@2[0]", "expert@2[1]", "expert@3[0]", "expert@3[1]"],
            graph.Stages.Where(s => s.Kind == "evaluate").Select(s => s.Name["evaluate[".Length..^1]));
        Assert.Equal(("distill", "distill@2", "distill@3"), (Model("dnc@1"), Model("dnc@2"), Model("dnc")));
        var expert = graph["evaluate[expert@3[1]]"];
        Assert.Equal(["expert@3[1]", "distill@2", "cluster@3", "cluster@3"], expert.Inputs.Select(i => i.From));
        Assert.Equal(("cluster@3", 1, 3), (expert.FanOutOf, expert.Index, expert.Settings.GetProperty("round").GetInt32()));

        string Model(string label) => graph[$"evaluate[{label}]"].Inputs.Single().From;
    }

    [Fact]
    public void Another_round_changes_no_key_of_the_first()
    {
        var (one, two) = (Plan("{}"), Plan("""{ "rounds": 2 }"""));
        var none = new Dictionary<string, string>();

        Assert.Equal(one.Stages.Select(Key), one.Stages.Select(s => Key(two[s.Name])));

        string Key(StageNode stage) => StageKey.Of(stage, 1, none);
    }

    [Theory]
    [InlineData("scratch", true)]
    [InlineData("base", false)]
    public void An_expert_of_unchanged_members_has_its_key_in_every_round_unless_it_starts_from_the_base(string init, bool same)
    {
        var graph = Plan($$"""{ "rounds": 2, "experts": { "init": "{{init}}" } }""");

        Assert.Equal(same, Key("expert[3]", "the base") == Key("expert@2[0]", "the distilled model"));
        Assert.Equal(graph["expert[3]"].Settings.ToString(), graph["expert@2[0]"].Settings.ToString());

        string Key(string stage, string model)
        {
            var inputs = new Dictionary<string, string> { ["members"] = "abc", ["base"] = model };
            return StageKey.Of(graph[stage], 1, graph[stage].Inputs.ToDictionary(i => i.Name, i => inputs[i.Name]));
        }
    }

    [Fact]
    public void Settings_that_leave_the_result_as_it_is_are_no_part_of_the_key()
    {
        var one = Plan("""{ "base": { "threads": 1, "device": "cpu", "resource": "cpu", "checkpointSeconds": 5 } }""")["base"];
        var other = Plan("{}")["base"];

        var none = new Dictionary<string, string>();
        Assert.Equal(StageKey.Of(one, 1, none), StageKey.Of(other, 1, none));
        Assert.Equal(1, one.Options.Threads);
    }

    [Fact]
    public void A_changed_distillation_setting_changes_the_keys_of_distillation_alone()
    {
        var before = Plan("{}");
        var after = Plan("""{ "distill": { "learningRate": 0.4 } }""");
        var none = new Dictionary<string, string>();

        var changed = before.Stages.Where(s => StageKey.Of(s, 1, none) != StageKey.Of(after[s.Name], 1, none)).Select(s => s.Name);

        Assert.Equal(["distill"], changed);
    }

    [Fact]
    public void Only_a_sampled_embedding_makes_clustering_read_the_base()
    {
        Assert.DoesNotContain(Plan("{}")["cluster"].Inputs, i => i.Name == "base");
        Assert.Contains(Plan("""{ "embed": { "sample": 500 } }""")["cluster"].Inputs, i => i.Name == "base");
    }

    [Theory]
    [InlineData("embed", "embed", """{ "embed": { "precision": "fp16" } }""", """{ "embed": { "precision": "fp32" } }""")]
    [InlineData("cluster", "cluster", """{ "cluster": { "metric": "euclidean" } }""", """{ "cluster": { "metric": "cosine" } }""")]
    [InlineData("cluster", "cluster", """{ "cluster": { "levels": [40, 20] } }""", """{ "cluster": { "levels": [] } }""")]
    [InlineData("cluster", "cluster", """{ "cluster": { "maximumShare": 2 } }""", """{ "cluster": { "maximumShare": null } }""")]
    public void Settings_that_came_later_are_in_the_key_only_where_they_differ_from_their_default(string stage, string part, string other, string standard)
    {
        var none = new Dictionary<string, string>();
        var plain = Plan("{}")[stage];
        Assert.Equal(StageKey.Of(plain, 1, none), StageKey.Of(Plan(standard)[stage], 1, none));
        Assert.NotEqual(StageKey.Of(plain, 1, none), StageKey.Of(Plan(other)[stage], 1, none));
        Assert.DoesNotContain(plain.Settings.GetProperty(part).EnumerateObject(), p => p.Name is "precision" or "metric" or "levels" or "maximumShare");
        Assert.Contains(Plan(other)[stage].Settings.GetProperty(part).EnumerateObject(), p => p.Name is "precision" or "metric" or "levels" or "maximumShare");
    }

    [Fact]
    public void Levels_beyond_the_images_are_refused_with_both_numbers()
    {
        var error = Assert.Throws<UserInputException>(() => Plan("""{ "cluster": { "levels": [50] } }""", Facts(images: 20)));

        Assert.Contains("cluster.levels begins with 50", error.Message, StringComparison.Ordinal);
        Assert.Contains("20 images", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_clusters_than_images_is_refused_with_both_numbers()
    {
        var error = Assert.Throws<UserInputException>(() => Plan("""{ "cluster": { "k": 50 } }""", Facts(images: 20)));

        Assert.Contains("cluster.k is 50", error.Message, StringComparison.Ordinal);
        Assert.Contains("20 images", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_refuses_what_is_not_planned_before_and_doubled_names()
    {
        var node = Plan("{}")["embed"];

        Assert.Throws<ArgumentException>(() => new StageGraph().Add(node));
        var graph = new StageGraph().Add(node with { Inputs = [] });
        Assert.Throws<ArgumentException>(() => graph.Add(node with { Inputs = [] }));
    }

    [Fact]
    public void Downstream_is_what_reads_it_directly_or_through_others()
    {
        var graph = Plan("""{ "cluster": { "k": 2 } }""");

        Assert.Equal(
            ["expert[0]", "expert[1]", "distill", "evaluate[clusters]", "evaluate[dnc]", "evaluate[expert[0]]", "evaluate[expert[1]]"],
            graph.Downstream("cluster"));
        Assert.Equal(["distill", "evaluate[dnc]", "evaluate[expert[1]]"], graph.Downstream("expert[1]"));
    }
}
