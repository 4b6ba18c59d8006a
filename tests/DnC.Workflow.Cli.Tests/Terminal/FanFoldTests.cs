using DnC.Workflow.Cli.Terminal;

namespace DnC.Workflow.Cli.Tests.Terminal;

public class FanFoldTests
{
    [Fact]
    public void Like_stages_are_one_where_there_are_many_of_them()
    {
        string[] names = ["base", .. Enumerable.Range(0, 20).Select(i => $"expert[{i}]"), "distill", .. Enumerable.Range(0, 20).Select(i => $"evaluate[expert[{i}]]"), "evaluate[dnc]"];
        var folds = FanFold.Of(names, n => n, n => n.StartsWith("evaluate[expert", StringComparison.Ordinal) ? "depends on " + n[9..^1] : "runs").ToArray();
        Assert.Equal(["base", "expert[0..19]", "distill", "evaluate[expert[0..19]]", "evaluate[dnc]"], folds.Select(f => f.Name));
        Assert.Equal(["runs", "runs", "runs", "depends on expert[0..19]", "runs"], folds.Select(f => f.Likeness));
        Assert.Equal(names, folds.SelectMany(f => f.Members));
    }

    [Fact]
    public void A_few_are_a_line_each_and_what_differs_is_told_apart()
    {
        var few = Enumerable.Range(0, FanFold.Few).Select(i => $"expert[{i}]").ToArray();
        Assert.Equal(few, FanFold.Of(few, n => n, _ => "runs").Select(f => f.Name));
        var odd = FanFold.Of(Enumerable.Range(0, 100), i => $"expert@2[{i}]", i => i % 2 == 0 && i < 60 || i > 80 ? "reused" : "runs").ToArray();
        Assert.Equal(["expert@2[0, 2, 4, 6, …]", "expert@2[1, 3, 5, 7, …]"], odd.Select(f => f.Name));
        Assert.Equal((49, 51), (odd[0].Members.Count, odd[1].Members.Count));
    }
}
