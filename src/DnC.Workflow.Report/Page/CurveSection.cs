using System.Globalization;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Page;

/// <summary>Loss, rate, gradient and throughput of all trainings; those that may be compared in one chart, experts overlaid.</summary>
internal static class CurveSection
{
    private static readonly (string Name, Func<CurveFacts, SeriesFacts> Of)[] Measures =
    [
        ("loss", c => c.Loss),
        ("learning rate", c => c.LearningRate),
        ("gradient norm", c => c.GradientNorm),
        ("images per second", c => c.ImagesPerSecond),
        ("effective rank of the projections", c => c.EmbeddingRank),
    ];

    public static Markup Of(RunFacts facts) => facts.Curves.Count == 0 ? Markup.None : HtmlText.Of(page =>
    {
        page.Add($"<p class=\"say\">Over training steps, {Figures.Count(facts.Curves.Sum(c => c.Points), "point")} in all; the smallest and largest of each stretch are drawn. Point at a chart, or focus it and use the arrow keys, to read values.</p>\n");
        if (facts.Stages.Any(s => s.State is not ("succeeded" or "reused") && facts.Curves.Any(c => c.Stage == s.Name)))
            page.Add($"<p>A training that has not ended is drawn up to its last checkpoint.</p>\n");
        var groups = facts.Curves.GroupBy(Group, StringComparer.Ordinal).ToList();
        foreach (var (name, of) in Measures)
        {
            var charts = groups.Select(g => Chart(name, g.Key, [.. g], of)).Where(c => c.Html.Length > 0).ToList();
            if (charts.Count == 0)
                continue;
            page.Add($"<h3>{char.ToUpperInvariant(name[0])}{name[1..]}</h3><div class=\"charts\">\n");
            foreach (var chart in charts)
                page.Add($"{chart}");
            page.Add($"</div>\n");
        }
    });

    private static Markup Chart(string measure, string group, List<CurveFacts> curves, Func<CurveFacts, SeriesFacts> of) =>
        LineChart.Of($"{measure}, {group}", group, [.. curves.Select((c, i) => new ChartLine(c.Stage, Class(curves, i), of(c)))], curves.Count > Colour.Count);

    // Experts have their clusters' colours, as long as those are told apart.
    private static string Class(List<CurveFacts> curves, int i)
    {
        if (curves.Count > Colour.Count)
            return "accent";
        var name = curves[i].Stage;
        return curves[i].Group == "expert" && int.TryParse(name.AsSpan(name.IndexOf('[', StringComparison.Ordinal) + 1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Colour.Class(number)
            : Colour.Class(i);
    }

    private static string Group(CurveFacts curve)
    {
        if (curve.Group != "expert")
            return curve.Group == "base" ? "base" : "distillation";
        var prefix = curve.Stage.Split('[')[0];
        return prefix == "expert" ? "experts" : $"experts {prefix["expert".Length..].TrimStart('@')}".Replace("experts ", char.IsAsciiDigit(prefix[^1]) ? "experts, round " : "experts, ", StringComparison.Ordinal);
    }
}
