using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Tests.Html;

public class HtmlTextTests
{
    [Fact]
    public void What_is_put_in_is_escaped_and_markup_is_not()
    {
        const string Name = "<img src=x onerror=alert(1)>\"'&";
        var inner = HtmlText.Of(h => h.Add($"<b title=\"{Name}\">{Name}</b>"));

        var html = HtmlText.Of(h => h.Add($"<p>{inner}{(string?)null}{'m'}{12}{3_000_000_000L}{1.256}</p>")).Html;

        Assert.Equal("<p><b title=\"&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;\">&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;</b>m1230000000001.26</p>", html);
    }

    [Theory]
    [InlineData(0, 9.3, 4, "0 2 4 6 8")]
    [InlineData(0.0121, 0.0184, 4, "0.014 0.016 0.018")]
    [InlineData(-1, 1, 4, "-1 -0.5 0 0.5 1")]
    [InlineData(5, 5, 4, "5")]
    public void Ticks_are_round_numbers(double low, double high, int about, string expected) =>
        Assert.Equal(expected, string.Join(' ', Ticks.Of(low, high, about).Select(t => Math.Round(t, 6).ToString(System.Globalization.CultureInfo.InvariantCulture))));

    [Fact]
    public void Figures_are_as_people_read_them()
    {
        Assert.Equal("12\u202f400", Figures.Count(12400));
        Assert.Equal("1 image", Figures.Count(1, "image"));
        Assert.Equal("2 classes", Figures.Count(2, "class", "classes"));
        Assert.Equal(["−3.7", "+0.4", "0.0"], new[] { -3.7, 0.42, 0.01 }.Select(Figures.Gain));
        Assert.Equal(["0.0125", "1.43e-5", "37.5", "12\u202f400"], new[] { 0.0125, 0.0000143, 37.5, 12400 }.Select(Figures.Short));
        Assert.Equal(["1.5 s", "3 min 20 s", "12 min", "5 h 12 min", "3 d 4 h"], new double[] { 1.5, 200, 725, 18720, 274000 }.Select(Figures.Time));
        Assert.Equal(["4.2\u00a0%", "25\u00a0%", "0\u00a0%", "100\u00a0%"], new[] { 0.042, 0.25, 0, 1 }.Select(Figures.Percent));
    }
}
