using System.Text.RegularExpressions;
using DnC.Workflow.Cli.Tests.EndToEnd;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Report.Tests.Page;

public sealed partial class ReportPageTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_whole_run_has_every_section_and_says_in_a_sentence_what_came_out()
    {
        var facts = new SampleRun(_folder.Path, clusters: 4).Facts();

        var html = ReportPage.Html(facts);

        Assert.Equal(["results", "clusters", "map", "neighbours", "curves", "stages", "cost", "origin"], Section().Matches(html).Select(m => m.Groups["id"].Value));
        Assert.Contains("300 images were divided into 4 clusters, an expert was trained on each, and all became one model in 3 h. It scores 37.4\u00a0±\u00a01.5\u00a0% (linear probe), 3.7\u00a0±\u00a02.1 points above its base; the base alone, trained as long as all of it, has 54.6\u00a0±\u00a01.6\u00a0%.", System.Net.WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        Assert.Equal(4, Regex.Count(html, "<article class=\"card\">"));
        Assert.Equal(300, Regex.Count(html, "<path class=\"p "));
        // Experts over one another in one chart: four lines, in their clusters' colours.
        Assert.Matches("<figcaption>experts</figcaption>(.*?class=\"line k[0-3]\"){4}", html);
        Assert.Contains("host-a:1, 25 s, released: the machine is wanted", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<figcaption>loss, ", html, StringComparison.Ordinal);
        Assert.Contains("<dt>fingerprint of the train part</dt>", html, StringComparison.Ordinal);
        Assert.Contains("<dt>ran on</dt><dd>host-a, host-b, host-c; ", html, StringComparison.Ordinal);
        // An attempt that completed has the word that its stage has.
        Assert.DoesNotContain(">completed<", html, StringComparison.Ordinal);
        Assert.All(Image().Matches(html), image => Assert.Matches("alt=\"[^\"]+\"", image.Value));
    }

    [Fact]
    public void What_it_is_made_of_is_as_the_ledger_and_the_artifacts_have_it()
    {
        var facts = new SampleRun(_folder.Path, clusters: 4).Facts();

        Assert.Equal(["base", "embed", "cluster", "experts", "distill", "evaluate", "compare"], facts.Cost.Select(c => c.Part));
        Assert.Equal(4, facts.Cost.Single(c => c.Part == "experts").Stages);
        Assert.Equal(6e13, facts.Cost.Single(c => c.Part == "experts").Flops);
        Assert.Equal("equal-length", facts.Stages.Single(s => s.Part == "compare").Name);
        Assert.Equal([75, 75, 75, 75], facts.Divisions.Single().Clusters.Select(c => (int)c.Size));
        Assert.All(facts.Divisions.Single().Clusters, c => Assert.Equal(12, c.Pictures.Count));
        // Image i is in cluster i mod 4, and what is shown of a cluster is its own.
        var number = facts.Map!.Pictures.Zip(facts.Map.Clusters).ToDictionary(p => p.First, p => p.Second);
        Assert.All(facts.Divisions.Single().Clusters, c => Assert.All(c.Pictures, p => Assert.Equal(c.Number, number[p])));
        Assert.All(facts.Pictures, p => Assert.StartsWith("data:image/webp;base64,", p.Data, StringComparison.Ordinal));
        Assert.All(facts.Pictures, p => Assert.NotNull(p.Class));
        Assert.Equal((300, 10), (facts.Neighbours!.Sample, facts.Neighbours.K));
        // The rows lie around their clusters' centres: their neighbours do too.
        Assert.All(facts.Neighbours.Queries, q => Assert.All(q.Found.Single().Neighbours, n => Assert.Equal(number[q.Picture], number[n.Picture])));
        // The sample's networks have no weights; the rest of the page is none the worse for it.
        Assert.Equal(200, facts.Curves.Single(c => c.Stage == "expert[2]").Points);
        Assert.Equal(2, facts.Wishes.Count);
    }

    [Fact]
    public void A_checkpoint_is_claimed_only_of_attempts_that_another_went_on_from()
    {
        var facts = new SampleRun(_folder.Path, clusters: 4).Facts();
        var broken = facts.Attempts.Count(a => a.Outcome == "released");
        var fresh = facts with { Attempts = [.. facts.Attempts.Select(a => a with { ResumedAtStep = null })] };
        var one = facts with { Attempts = [.. facts.Attempts, facts.Attempts[^1] with { Number = 9, Outcome = "lost", ResumedAtStep = null }] };

        Assert.True(broken > 1);
        Assert.Contains($"<dt>attempts broken off</dt><dd><b>{broken}</b><span>gone on from, at a checkpoint</span>", ReportPage.Html(facts), StringComparison.Ordinal);
        Assert.Contains($"<dt>attempts broken off</dt><dd><b>{broken}</b><span>released, or lost with a worker</span>", ReportPage.Html(fresh), StringComparison.Ordinal);
        Assert.Contains($"<dt>attempts broken off</dt><dd><b>{broken + 1}</b><span>{broken} gone on from, at a checkpoint</span>", ReportPage.Html(one), StringComparison.Ordinal);
        Assert.DoesNotContain("preempted", ReportPage.Html(facts), StringComparison.Ordinal);
    }

    [Fact]
    public void Models_stand_in_the_order_of_the_terminal()
    {
        string[] order = ["chance", "raw pixels", "base", "base-only", "cached-teachers", "dnc@2", "dnc@10", "dnc", "equal-length", "other"];
        var facts = new SampleRun(_folder.Path, clusters: 4).Facts();
        var row = facts.Measured.Rows[0];
        facts = facts with { Measured = facts.Measured with { Rows = [.. order.Reverse().Select(m => row with { Model = m })] } };

        Assert.Equal(order, ModelCell().Matches(ReportPage.Html(facts)).Select(m => m.Groups["model"].Value));
        Assert.Equal(order, ModelCell().Matches(ComparisonPage.Html(facts, facts)).Select(m => m.Groups["model"].Value));
    }

    [Fact]
    public void A_run_that_failed_says_where_and_why_and_one_that_runs_how_far_it_is()
    {
        var failed = ReportPage.Html(new SampleRun(_folder.Make("failed"), clusters: 4) { StateOf = name => name is "distill" ? StageState.Failed : name.StartsWith("evaluate", StringComparison.Ordinal) ? StageState.Waiting : StageState.Succeeded }.Facts());
        var running = ReportPage.Html(new SampleRun(_folder.Make("running"), clusters: 4) { StateOf = name => name == "base" ? StageState.Running : StageState.Waiting }.Facts());

        Assert.Contains("<span class=\"state failed\">failed</span> distill failed: The loss is NaN at step 3 (learning rate 0.1).", failed, StringComparison.Ordinal);
        Assert.Contains("<p>After mending the cause: <code>dnc resume 5a3b1e00</code></p>", failed, StringComparison.Ordinal);
        Assert.DoesNotContain("dnc resume", running, StringComparison.Ordinal);
        Assert.Contains("running now: base (25&#160;%)", running, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"map\"", running, StringComparison.Ordinal);
    }

    [Fact]
    public void Artifacts_and_images_that_are_gone_are_told_and_the_rest_is_shown()
    {
        var sample = new SampleRun(_folder.Path, clusters: 4);
        var reading = sample.Reading();
        foreach (var folder in Directory.EnumerateDirectories(_folder.At("artifacts", "5a3b1e00")).Where(f => Directory.EnumerateFiles(f, "metrics.jsonl").Any() || Directory.EnumerateFiles(f, "assignments.tsv").Any()))
            Directory.Delete(folder, recursive: true);
        Directory.Delete(_folder.At("data"), recursive: true);

        var facts = DnC.Workflow.Report.Reading.FactsReader.Read(reading);
        var html = ReportPage.Html(facts);

        Assert.Equal(["clusters", "curves", "pictures"], facts.Missing.Select(m => m.What).Distinct());
        Assert.Contains("dnc rerun 5a3b1e00 cluster", facts.Missing.First(m => m.What == "clusters").Why, StringComparison.Ordinal);
        Assert.Contains("Not in this report", html, StringComparison.Ordinal);
        Assert.Equal(["results", "clusters", "map", "neighbours", "stages", "cost", "origin"], Section().Matches(html).Select(m => m.Groups["id"].Value));
        Assert.Contains("class=\"gone\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void No_name_and_no_message_gets_out_of_its_place()
    {
        const string Evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover=\"alert(3)";
        var facts = new SampleRun(_folder.Path, clusters: 4) { Name = Evil, Error = Evil, StateOf = name => name == "distill" ? StageState.Failed : StageState.Succeeded }.Facts();
        facts = facts with
        {
            Pictures = [.. facts.Pictures.Select(p => p with { Image = Evil, Class = Evil })],
            Map = facts.Map! with { ClassNames = [.. facts.Map.ClassNames.Select(_ => Evil)] },
            Run = facts.Run with { Model = Evil, Id = Evil },
            Wishes = [new WishFacts(default, "paused", Evil, Evil)],
            Attempts = [.. facts.Attempts.Select(a => a with { Worker = Evil, Why = Evil })],
            Missing = [new MissingFacts("map", Evil)],
            Origin = facts.Origin with { DataPath = Evil, Machines = [Evil], Skipped = Evil, Spec = System.Text.Json.JsonSerializer.SerializeToElement(new { name = Evil }) },
        };

        foreach (var html in new[] { ReportPage.Html(facts), ComparisonPage.Html(facts, facts with { Origin = facts.Origin with { Spec = System.Text.Json.JsonSerializer.SerializeToElement(new { name = "x" }) } }) })
        {
            Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", html, StringComparison.Ordinal);
            // Outside of values between quotes, which an escaped quote does not end.
            Assert.DoesNotMatch("<[^>]*on(mouseover|error)=", Regex.Replace(html, "\"[^\"]*\"", "\"\""));
            Assert.Contains("&lt;/script&gt;", html, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("<section id=\"(?<id>[a-z]+)\"")]
    private static partial Regex Section();

    [GeneratedRegex("<th scope=\"row\">(?<model>[^<]+)<span>")]
    private static partial Regex ModelCell();

    [GeneratedRegex("<img [^>]*>")]
    private static partial Regex Image();
}
