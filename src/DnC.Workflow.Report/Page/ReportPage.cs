using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;
using DnC.Workflow.Report.Page;

namespace DnC.Workflow.Report;

/// <summary>The report of a run: one HTML file made of its facts, which asks nothing of anybody and opens anywhere.</summary>
public static class ReportPage
{
    /// <summary>The HTML.</summary>
    public static string Html(RunFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        (string Id, string Title, Markup Text)[] sections =
        [
            ("results", "Results", ResultsSection.Of(facts)),
            ("clusters", "Clusters", ClusterSection.Of(facts)),
            ("map", "Map of the embedding", MapSection.Of(facts)),
            ("neighbours", "Nearest neighbours", NeighbourSection.Of(facts)),
            ("curves", "Training curves", CurveSection.Of(facts)),
            ("stages", "Stages", StageSection.Of(facts)),
            ("cost", "Cost", CostSection.Of(facts)),
            ("origin", "Made from", OriginSection.Of(facts)),
        ];
        return PageFrame.Html(
            $"{facts.Run.Name} · run {facts.Run.Id}",
            HeadSection.Of(facts),
            [.. sections.Where(s => s.Text.Html.Length > 0)],
            facts.Origin.Program,
            facts.Run.Seen);
    }
}
