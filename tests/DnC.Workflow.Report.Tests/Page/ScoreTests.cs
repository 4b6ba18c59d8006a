using System.Net;
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

    private string Page(params EvaluationRow[] rows)
    {
        var facts = new SampleRun(_folder.Path, clusters: 4).Facts();
        return WebUtility.HtmlDecode(ReportPage.Html(facts with { Measured = new MeasuredFacts(rows, [], [], [], null) }));
    }
}
