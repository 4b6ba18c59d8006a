using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;
using DnC.Workflow.Report.Page;

namespace DnC.Workflow.Report;

/// <summary>Two runs side by side: in which settings they differ, and what that made of results, clusters, cost and curves.</summary>
public static class ComparisonPage
{
    /// <summary>The HTML.</summary>
    public static string Html(RunFacts one, RunFacts other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        (string Id, string Title, Markup Text)[] sections =
        [
            ("settings", "Settings that differ", SettingsThatDiffer.Of(one, other)),
            ("results", "Results", ComparedResults.Of(one, other)),
            ("clusters", "Clusters", ComparedClusters.Of(one, other)),
            ("curves", "Training curves", ComparedCurves.Of(one, other)),
            ("cost", "Cost", ComparedCost.Of(one, other)),
        ];
        return PageFrame.Html(
            $"{Named(one, other)} against {Named(other, one)}", Head(one, other), [.. sections.Where(s => s.Text.Html.Length > 0)], one.Origin.Program, one.Run.Seen);
    }

    private static Markup Head(RunFacts one, RunFacts other) => HtmlText.Of(page =>
    {
        page.Add($"<header>\n<p class=\"eyebrow\">Divide and Contrast: two runs</p>\n<h1>{Named(one, other)} <small>against</small> {Named(other, one)}</h1>\n<div class=\"pair\">\n");
        foreach (var (letter, facts) in new[] { ("A", one), ("B", other) })
            page.Add($"<div class=\"card\"><h2 class=\"letter\"><i class=\"swatch {Colour.Class(letter == "A" ? 0 : 1)}\"></i>{letter}: {facts.Run.Name}</h2><p><span class=\"state {facts.Run.State}\">{facts.Run.State}</span> {Verdict.Of(facts)}</p><p class=\"about\">Run <code>{facts.Run.Id}</code>, begun {Figures.At(facts.Run.Created)}.</p></div>\n");
        page.Add($"</div>\n</header>\n");
    });

    // Two runs of one spec have one name.
    private static string Named(RunFacts facts, RunFacts beside) => facts.Run.Name == beside.Run.Name ? $"{facts.Run.Name} ({facts.Run.Id})" : facts.Run.Name;
}
