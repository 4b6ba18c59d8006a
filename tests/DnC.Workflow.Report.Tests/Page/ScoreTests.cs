using System.Net;
using System.Text.RegularExpressions;
using DnC.Workflow.Cli.Tests.EndToEnd;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Page;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Report.Tests.Page;

public sealed class ScoreTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(59.1, 7.4, 65.9, 7.1, "6.8 points below its base (within the error)")]
    [InlineData(37.4, 1.5, 33.7, 1.5, "3.7\u00a0±\u00a02.1 points above its base")]
    [InlineData(30, 3.0, 35, 4.0, "5.0 points below its base (within the error)")]
    [InlineData(30, 3.0, 35.1, 4.0, "5.1\u00a0±\u00a05.0 points below its base")]
    [InlineData(40.04, 3.0, 40, 4.0, "level with its base")]
    [InlineData(41, null, 40, null, "1.0 points above its base")]
    public void A_change_is_said_with_its_error(double now, double? error, double then, double? thenError, string said) =>
        Assert.Equal(said, ScoreWords.Against((now, error), (then, thenError), "its base"));

    [Fact]
    public void Sentence_tiles_and_cards_say_what_the_error_allows()
    {
        var page = Page(new EvaluationRow("dnc", null, 44, 50, 7.5, 59.1, 7.4), new EvaluationRow("base", null, 44, 70, 7, 65.9, 7.1), new EvaluationRow("expert[0]", "cluster 0", 44, 50, 7.5, 60, 7.4), new EvaluationRow("base", "cluster 0", 44, 40, 7.5, 40, 7.4));

        Assert.Contains("It scores 59.1\u00a0±\u00a07.4\u00a0% (linear probe), 6.8 points below its base (within the error).", page, StringComparison.Ordinal);
        Assert.Contains("<dt>linear probe</dt><dd><b>59.1\u00a0±\u00a07.4\u00a0%</b><span>6.8 points below its base (within the error)</span>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>k-NN</dt><dd><b>50.0\u00a0±\u00a07.5\u00a0%</b><span>20.0\u00a0±\u00a010.3 points below its base</span>", page, StringComparison.Ordinal);
        Assert.Contains("its expert: 60.0\u00a0±\u00a07.4\u00a0%, 20.0\u00a0±\u00a010.5 points above the base (linear probe, 44 test images of its own)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("points beside", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_too_few_test_images_their_number_stands_instead_of_a_score()
    {
        EvaluationRow[] rows = [new("dnc", null, 9, 50, 35.4, 0, 0), new("base", null, 9, 100, 0, 50, 35.4), new("expert[0]", "cluster 0", 2, 0, 0, 50, 35.4), new("base", "cluster 0", 2, 0, 0, 0, 0)];
        var facts = new SampleRun(_folder.Path, clusters: 4).Facts() with { Measured = new MeasuredFacts(rows, [new FewLabelsRow("dnc", 0.1, 3, "pooled", 1, 100, 0, 0.1)], [], [], null) };
        var (page, both) = (WebUtility.HtmlDecode(ReportPage.Html(facts)), WebUtility.HtmlDecode(ComparisonPage.Html(facts, facts)));

        Assert.Contains("It was tested on 9 images, too few to tell a score.", page, StringComparison.Ordinal);
        Assert.Contains("<dt>k-NN</dt><dd><b>–</b><span>9 test images, too few to tell</span>", page, StringComparison.Ordinal);
        Assert.Contains("its expert: – (2 test images)", page, StringComparison.Ordinal);
        Assert.Equal((4, 4, 1), (Count("9 test images"), Count("2 test images"), Count("1 test image")));
        Assert.All(new[] { page, both }, p => Assert.DoesNotMatch("<span class=\"figure\">[0-9.]+ <small>±", p));

        int Count(string images) => Regex.Count(page, $@"<td class=""none"">– \({images}\)</td>");
    }

    [Fact]
    public void Ten_test_images_have_a_score() =>
        Assert.Contains("<dt>linear probe</dt><dd><b>50.0\u00a0±\u00a015.8\u00a0%</b>", Page(new EvaluationRow("dnc", null, 10, 50, 15.8, 50, 15.8)), StringComparison.Ordinal);

    [Fact]
    public void A_bar_ends_at_a_hundred_percent()
    {
        var page = Page(new EvaluationRow("dnc", null, 40, 25, 7, 97, 5), new EvaluationRow("base", null, 40, 2, 4, 40, 8));

        Assert.Contains("<i style=\"width:25%\"></i><b style=\"left:18%;width:14%\"></b>", page, StringComparison.Ordinal);
        Assert.Contains("<i style=\"width:97%\"></i><b style=\"left:92%;width:8%\"></b>", page, StringComparison.Ordinal);
        Assert.Contains("<i style=\"width:2%\"></i><b style=\"left:0%;width:6%\"></b>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_of_one_name_are_told_apart_and_their_difference_names_its_probe()
    {
        var one = new SampleRun(_folder.Path, clusters: 4).Facts();
        var other = one with { Run = one.Run with { Id = "0badcafe" }, Measured = one.Measured with { Rows = [.. one.Measured.Rows.Select(r => r with { Linear = r.Linear + 4 })] } };

        var page = WebUtility.HtmlDecode(ComparisonPage.Html(one, other));

        Assert.Contains("<title>sample (5a3b1e00) against sample (0badcafe)</title>", page, StringComparison.Ordinal);
        Assert.Contains("<h1>sample (5a3b1e00) <small>against</small> sample (0badcafe)</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"col\" class=\"n\">linear probe, B − A</th>", page, StringComparison.Ordinal);
        Assert.Contains("<td class=\"n\">+4.0 <small>± 2.1</small></td>", page, StringComparison.Ordinal);
        Assert.Contains("<h1>sample <small>against</small> other</h1>", ComparisonPage.Html(one, one with { Run = one.Run with { Name = "other" } }), StringComparison.Ordinal);
    }

    private string Page(params EvaluationRow[] rows)
    {
        var facts = new SampleRun(_folder.Path, clusters: 4).Facts();
        return WebUtility.HtmlDecode(ReportPage.Html(facts with { Measured = new MeasuredFacts(rows, [], [], [], null) }));
    }
}
