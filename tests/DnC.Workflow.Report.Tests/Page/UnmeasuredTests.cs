using DnC.Workflow.Cli.Tests.EndToEnd;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Report.Tests.Page;

public sealed class UnmeasuredTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("failed", "Nothing is measured: the run failed before it had a model.")]
    [InlineData("cancelled", "Nothing is measured: the run was cancelled before it had a model.")]
    [InlineData("paused", "Nothing is measured yet: the run is paused and has no model so far.")]
    [InlineData("running", "Nothing is measured yet: the run has no model so far.")]
    public void A_run_without_a_model_claims_none(string state, string said)
    {
        var sample = new SampleRun(_folder.Path, clusters: 4) { IsMeasured = false, StateOf = name => name == "base" ? StageState.Failed : StageState.Waiting }.Facts();
        var facts = sample with { Run = sample.Run with { State = state } };

        foreach (var html in new[] { ReportPage.Html(facts), ReportPage.Html(facts with { Measured = facts.Measured with { Skipped = "no labels" } }) })
        {
            Assert.Contains($"<p class=\"notice\">{said}</p>", html, StringComparison.Ordinal);
            Assert.DoesNotContain("there all the same", html, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("succeeded", "no labels", "Nothing is measured: no labels. Labels are read by evaluation alone; the model is there all the same.")]
    [InlineData("failed", null, "Nothing is measured: the run failed after its model was made, which is there all the same.")]
    [InlineData("running", null, "Nothing is measured yet: the model is there, its evaluation is not.")]
    public void A_model_that_is_there_is_told(string state, string? skipped, string said)
    {
        var sample = new SampleRun(_folder.Path, clusters: 4) { IsMeasured = false }.Facts();
        var facts = sample with { Run = sample.Run with { State = state }, Measured = sample.Measured with { Skipped = skipped } };

        Assert.Contains($"<p class=\"notice\">{said}</p>", ReportPage.Html(facts), StringComparison.Ordinal);
    }
}
