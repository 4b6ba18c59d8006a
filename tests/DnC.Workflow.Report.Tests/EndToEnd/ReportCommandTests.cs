using System.Text.Json;
using DnC.Workflow.Cli.Tests.EndToEnd;

namespace DnC.Workflow.Report.Tests.EndToEnd;

public sealed class ReportCommandTests(ReportedRuns runs) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_ends_with_a_report_in_its_root_that_has_everything()
    {
        var run = runs.Whole;

        Assert.Equal(Path.Combine(run.Root, "reports", run.Id + ".html"), run.Page);
        var html = File.ReadAllText(run.Page);
        foreach (var section in new[] { "results", "clusters", "map", "neighbours", "curves", "stages", "cost", "origin" })
            Assert.Contains($"<section id=\"{section}\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Not in this report", html, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(run.Page)!, "*.partial*"));
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("unlabelled")]
    [InlineData("failed")]
    public void The_facts_are_as_the_schema_says(string name)
    {
        var run = runs.Of(name);

        var facts = JsonDocument.Parse(DncProcess.Run("report", run.Id, "--root", run.Root, "--format", "json").Expect(0).Out).RootElement;

        Assert.Null(ReportSchema.Fault(facts));
        Assert.Equal(run.Id, facts.GetProperty("run").GetProperty("id").GetString());
        Assert.Equal(name == "failed" ? "failed" : "succeeded", facts.GetProperty("run").GetProperty("state").GetString());
        Assert.Equal(name == "unlabelled" ? "no labels" : null, facts.GetProperty("measured").GetProperty("skipped").GetString());
        // Under the base and, where there is one, under the distilled model.
        Assert.Equal(name == "failed" ? 1 : 2, facts.GetProperty("map").GetProperty("layouts").GetArrayLength());
        Assert.Equal(name == "failed" ? 1 : 2, facts.GetProperty("neighbours").GetProperty("queries")[0].GetProperty("found").GetArrayLength());
        Assert.Contains(facts.GetProperty("curves").EnumerateArray(), c => c.GetProperty("stage").GetString() == "expert[1]");
    }

    [Fact]
    public void The_same_run_gives_the_same_facts()
    {
        var run = runs.Whole;

        var (one, other) = (Facts(), Facts());

        Assert.Equal(one, other);

        // But for the time at which they were read.
        string Facts() => System.Text.RegularExpressions.Regex.Replace(DncProcess.Run("report", run.Id, "--root", run.Root, "--format", "json").Expect(0).Out, "\"seen\":\"[^\"]*\"", "");
    }

    [Fact]
    public void Two_runs_are_held_side_by_side()
    {
        var run = runs.Failed;

        var page = DncProcess.Run("report", run.Id, "--against", runs.Whole.Id, "--root", run.Root, "--out", _folder.At("new", "both.html")).Expect(0);

        Assert.Equal(_folder.At("new", "both.html"), page.Out.Trim());
        var html = File.ReadAllText(_folder.At("new", "both.html"));
        Assert.Contains("<code>distill.<wbr>learningRate</code></th><td>100</td><td>0.1</td>", html, StringComparison.Ordinal);
        Assert.Contains("Both were trained on the same images.", html, StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse(DncProcess.Run("report", run.Id, "--against", runs.Whole.Id, "--root", run.Root, "--format", "json").Expect(0).Out).RootElement.GetArrayLength());
    }

    [Fact]
    public void A_report_that_cannot_be_written_leaves_the_run_as_it_ended()
    {
        TestFolder.Copy(runs.Whole.Root, _folder.At("root"));
        Directory.Delete(_folder.At("root", "reports"), recursive: true);
        _folder.Write("root/reports", "a file where the folder would be");

        var again = DncProcess.Run("rerun", runs.Whole.Id, "evaluate[base]", "--root", _folder.At("root")).Expect(0);

        Assert.Contains("succeeded", again.Out, StringComparison.Ordinal);
        Assert.Contains("The report could not be written", again.Error, StringComparison.Ordinal);
        Assert.Contains($"report {runs.Whole.Id}", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", again.All, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_artifacts_and_images_the_ledger_still_makes_a_page()
    {
        TestFolder.Copy(runs.Whole.Root, _folder.At("root"));
        Directory.Delete(_folder.At("root", "artifacts"), recursive: true);

        var page = DncProcess.Run("report", "--root", _folder.At("root")).Expect(0).Out.Trim();

        var html = File.ReadAllText(page);
        Assert.Contains("Not in this report", html, StringComparison.Ordinal);
        Assert.Contains("<section id=\"stages\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<section id=\"map\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_are_told_with_the_way_out()
    {
        var run = runs.Whole;

        Assert.Contains("'dnc runs' lists", DncProcess.Run("report", "zzzz", "--root", run.Root).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("is the run itself", DncProcess.Run("report", run.Id, "--against", run.Id, "--root", run.Root).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("json", DncProcess.Run("report", run.Id, "--format", "pdf", "--root", run.Root).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("--open", DncProcess.Run("report", run.Id, "--format", "json", "--open", "--root", run.Root).Expect(2).Error, StringComparison.Ordinal);
        _folder.Write("file", "");
        Assert.Contains("--out FILE", DncProcess.Run("report", run.Id, "--out", _folder.At("file", "x.html"), "--root", run.Root).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("--out is empty; expected a file.", DncProcess.Run("report", run.Id, "--out", "", "--root", run.Root).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("is a folder; expected a file", DncProcess.Run("report", run.Id, "--out", _folder.Make("taken"), "--root", run.Root).Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal(["file", "taken"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
