using DnC.Workflow.Stages.Keys;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Stages.Tests.Plan;

/// <summary>Each rival differs from DnC in one link, and leaves the run's own stages as they are.</summary>
public class RivalTests
{
    private static readonly string[] Rivals = [.. SpecShape.Root.Settings.Single(s => s.Name == "evaluate").Settings.Single(s => s.Name == "compare").Choice!.Words];

    public static TheoryData<string> All => [.. Rivals];

    private static StageGraph Plan(string compare, string more = "") => Planner.Plan(
        SpecReader.Read($$"""{ "cluster": { "k": 2 }, {{more}} "evaluate": { "compare": [{{compare}}] } }""", "test"),
        new DataFacts
        {
            TrainImages = 1000,
            ProbeImages = 100,
            TestImages = 50,
            HasLabels = true,
            Digests = new Dictionary<string, string> { ["train"] = "t", ["probe"] = "p", ["test"] = "q" },
        });

    [Theory]
    [MemberData(nameof(All))]
    public void A_rival_is_measured_under_its_name_and_changes_no_key_of_the_runs_own(string rival)
    {
        var (with, without) = (Plan($"\"{rival}\""), Plan(""));

        Assert.Contains(rival, with.Stages.Where(s => s.Kind == "evaluate").Select(s => s.Settings.GetProperty("label").GetString()));
        Assert.True(with.Contains($"evaluate[{rival}]"));
        Assert.Equal(without.Stages.Select(Key), without.Stages.Select(s => Key(with[s.Name])));
    }

    [Fact]
    public void All_of_them_go_together_and_without_labels_none_is_trained()
    {
        var graph = Plan(string.Join(", ", Rivals.Select(r => $"\"{r}\"")));

        Assert.Equal(Rivals.Order(StringComparer.Ordinal), graph.Stages.Where(s => s.Name.StartsWith("distill[", StringComparison.Ordinal)).Select(s => s.Name["distill[".Length..^1]).Append("equal-length").Order(StringComparer.Ordinal));
        Assert.Equal(3 * 2, graph.Stages.Count(s => s.Kind == "expert"));
    }

    [Fact]
    public void Random_partitions_have_experts_of_their_own_which_are_trained_and_distilled_as_the_clusters_are()
    {
        var graph = Plan("\"random-partitions\"");

        Assert.Equal([new StageInput("assignments", "cluster", StageFiles.Assignments)], graph["partition@random"].Inputs);
        Assert.Equal(("partition@random", 1), (graph["expert@random[1]"].FanOutOf, graph["expert@random[1]"].Index));
        Assert.Equal([new StageInput("members", "partition@random", StageFiles.Members(1))], graph["expert@random[1]"].Inputs);
        Assert.Equal(graph["expert[1]"].Settings.ToString(), graph["expert@random[1]"].Settings.ToString());
        Assert.Equal(graph["distill"].Settings.ToString(), graph["distill[random-partitions]"].Settings.ToString());
        Assert.Equal(["base", "partition@random", "expert@random[0]", "expert@random[1]"], graph["distill[random-partitions]"].Inputs.Select(i => i.From));
        Assert.Equal(graph["distill"].Inputs.Select(i => i.Name), graph["distill[random-partitions]"].Inputs.Select(i => i.Name));
    }

    [Fact]
    public void Full_set_experts_read_all_images_and_know_their_clusters_for_their_length()
    {
        var graph = Plan("\"full-set-experts\"");
        var (own, full) = (graph["expert[1]"], graph["expert@full-set[1]"]);

        Assert.Equal((own.FanOutOf, own.Index, own.Images), (full.FanOutOf, full.Index, full.Images));
        Assert.Equal(own.Inputs, full.Inputs);
        Assert.Equal("t", full.Data["train"]);
        Assert.True(full.Settings.GetProperty("fullSet").GetBoolean());
        Assert.False(own.Settings.TryGetProperty("fullSet", out _));
        Assert.Equal(["base", "cluster", "expert@full-set[0]", "expert@full-set[1]"], graph["distill[full-set-experts]"].Inputs.Select(i => i.From));
    }

    [Theory]
    [InlineData("cached", "cached-teachers", true)]
    [InlineData("cached", "augmented-teachers", false)]
    [InlineData("augmented", "augmented-teachers", true)]
    [InlineData("augmented", "cached-teachers", false)]
    public void The_runs_own_teachers_are_no_other_work(string own, string rival, bool same)
    {
        var graph = Plan($"\"{rival}\"", $$""" "distill": { "teachers": "{{own}}" },""");

        Assert.Equal(same, Key(graph["distill"]) == Key(graph[$"distill[{rival}]"]));
        Assert.Equal(rival[..rival.IndexOf('-', StringComparison.Ordinal)], graph[$"distill[{rival}]"].Settings.GetProperty("distill").GetProperty("teachers").GetString());
    }

    [Fact]
    public void Experts_that_start_from_the_base_do_so_in_every_arm()
    {
        var graph = Plan("\"random-partitions\", \"full-set-experts\"", """ "experts": { "init": "base" },""");

        Assert.All(["expert[0]", "expert@random[0]", "expert@full-set[0]"], expert => Assert.Contains(new StageInput("base", "base", StageFiles.Model), graph[expert].Inputs));
    }

    private static string Key(StageNode stage) => StageKey.Of(stage, 1, new Dictionary<string, string>());
}
