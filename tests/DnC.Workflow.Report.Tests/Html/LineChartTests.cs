using System.Text.RegularExpressions;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Tests.Html;

public class LineChartTests
{
    [Fact]
    public void A_spike_is_drawn_at_the_top_and_its_value_stands_beside_the_path()
    {
        var values = Enumerable.Range(0, 400).Select(i => i == 7 ? 1000.5 : 1 + (0.001 * i)).ToList();

        var html = LineChart.Of("loss", "loss", [new ChartLine("base", "k0", new SeriesFacts([.. Enumerable.Range(0, 400).Select(i => (long)i)], values))], thin: false).Html;

        Assert.Equal("7:1000.5", Regex.Match(html, "data-above=\"([^\"]*)\"").Groups[1].Value);
        var points = Regex.Matches(Regex.Match(html, "<path class=\"line[^>]* d=\"([^\"]*)\"").Groups[1].Value, "[0-9.]+,([0-9.]+)").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal((400, "10"), (points.Count, points[7]));
    }

    [Fact]
    public void A_curve_without_one_is_its_path_alone()
    {
        var html = LineChart.Of("loss", "loss", [new ChartLine("base", "k0", new SeriesFacts([1, 2, 3], [3, 2, 1]))], thin: false).Html;

        Assert.DoesNotContain("data-above", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 0)]
    public void A_curve_of_few_points_has_a_dot_on_each(int points, int dots)
    {
        var series = new SeriesFacts([.. Enumerable.Range(1, points).Select(i => 10L * i)], [.. Enumerable.Range(1, points).Select(i => (double)i)]);

        var html = LineChart.Of("rank", "rank", [new ChartLine("base", "k0", series)], thin: false).Html;

        var drawn = Regex.Matches(html, "<circle class=\"dot k0\" cx=\"([0-9.]+)\" cy=\"([0-9.]+)\" r=\"3\"/>");
        Assert.Equal(dots, drawn.Count);
        // The last step is at the right edge, where the path ends.
        Assert.All(drawn.TakeLast(1), d => Assert.Equal("350", d.Groups[1].Value));
    }
}
