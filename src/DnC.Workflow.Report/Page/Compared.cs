using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Figures;

namespace DnC.Workflow.Report.Page;

/// <summary>Two evaluation tables in one.</summary>
internal static class ComparedResults
{
    public static Markup Of(RunFacts one, RunFacts other) => HtmlText.Of(page =>
    {
        var models = one.Measured.Rows.Concat(other.Measured.Rows).Where(r => r.Subset is null).Select(r => r.Model).Distinct(StringComparer.Ordinal)
            .InModelOrder(m => m).ToList();
        if (models.Count == 0)
        {
            page.Add($"<p class=\"notice\">Of neither run anything is measured.</p>\n");
            return;
        }

        page.Add($"<p class=\"say\">Top-1 on the test images, percent, with the standard error of their choice; another seed moves results by about as much again.</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Results\"><table class=\"scores\"><thead><tr><th scope=\"col\">model</th><th scope=\"col\">k-NN, A</th><th scope=\"col\">k-NN, B</th><th scope=\"col\">linear probe, A</th><th scope=\"col\">linear probe, B</th><th scope=\"col\" class=\"n\">linear probe, B − A</th></tr></thead><tbody>\n");
        foreach (var model in models)
        {
            var (a, b) = (one.Measured.Whole(model), other.Measured.Whole(model));
            page.Add($"<tr class=\"{(model == "dnc" ? "ours" : "")}\"><th scope=\"row\">{model}<span>{ModelWords.Says(model)}</span></th>{Cell(a?.Knn, a?.KnnStderr, a?.Images)}{Cell(b?.Knn, b?.KnnStderr, b?.Images)}{Cell(a?.Linear, a?.LinearStderr, a?.Images)}{Cell(b?.Linear, b?.LinearStderr, b?.Images)}<td class=\"n\">{Gain(a, b)}</td></tr>\n");
        }

        page.Add($"</tbody></table></div>\n");

        static Markup Gain(EvaluationRow? a, EvaluationRow? b) => HtmlText.Of(cell =>
        {
            if (a?.Linear is not { } from || b?.Linear is not { } to || ScoreWords.AreTooFew(Math.Min(a.Images, b.Images)))
                cell.Add($"–");
            else if (ScoreWords.Error(a.LinearStderr, b.LinearStderr) is { } error)
                cell.Add($"{Figures.Gain(to - from)} <small>± {Figures.Tenth(error)}</small>");
            else
                cell.Add($"{Figures.Gain(to - from)}");
        });

        static Markup Cell(double? value, double? error, int? images) => ResultsSection.Score(value, error, images ?? 0);
    });
}

/// <summary>Two divisions.</summary>
internal static class ComparedClusters
{
    public static Markup Of(RunFacts one, RunFacts other)
    {
        var (a, b) = (First(one), First(other));
        if (a is null && b is null)
            return Markup.None;
        return HtmlText.Of(page =>
        {
            page.Add($"<div class=\"pair\">\n");
            foreach (var (letter, facts, division) in new[] { ("A", one, a), ("B", other, b) })
            {
                page.Add($"<div><h3>{letter}</h3>");
                if (division is null)
                    page.Add($"<p class=\"notice\">It has no clusters yet.</p>");
                foreach (var cluster in division?.Clusters.Take(12) ?? [])
                {
                    page.Add($"<div class=\"line-up\"><span><i class=\"swatch {Colour.Class(cluster.Number)}\"></i>{cluster.Number} <small>{Figures.Count(cluster.Size)}</small></span><div class=\"montage\">");
                    foreach (var picture in cluster.Pictures.Take(6))
                        page.Add($"{Picture.Of(facts, picture)}");
                    page.Add($"</div></div>\n");
                }

                if (division?.Clusters.Count > 12)
                    page.Add($"<p class=\"about\">and {division.Clusters.Count - 12} more</p>");
                page.Add($"</div>\n");
            }

            page.Add($"</div>\n");
        });
    }

    private static DivisionFacts? First(RunFacts facts) => facts.Divisions is [var first, ..] ? first : null;
}

/// <summary>What two runs took.</summary>
internal static class ComparedCost
{
    public static Markup Of(RunFacts one, RunFacts other) => HtmlText.Of(page =>
    {
        var parts = one.Cost.Concat(other.Cost).Select(c => c.Part).Distinct(StringComparer.Ordinal).OrderBy(p => Array.IndexOf(Reading.StageReader.Parts, p));
        page.Add($"<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Cost\"><table><thead><tr><th scope=\"col\">part</th><th scope=\"col\" class=\"n\">work, A</th><th scope=\"col\" class=\"n\">work, B</th><th scope=\"col\" class=\"n\">operations, A</th><th scope=\"col\" class=\"n\">operations, B</th></tr></thead><tbody>\n");
        foreach (var part in parts)
        {
            var (a, b) = (one.Cost.FirstOrDefault(c => c.Part == part), other.Cost.FirstOrDefault(c => c.Part == part));
            page.Add($"<tr><th scope=\"row\">{part}</th><td class=\"n\">{Time(a)}</td><td class=\"n\">{Time(b)}</td><td class=\"n\">{Flops(a)}</td><td class=\"n\">{Flops(b)}</td></tr>\n");
        }

        page.Add($"</tbody></table></div>\n");
    });

    private static string Time(CostFacts? cost) => cost is null ? "–" : Figures.Time(cost.Seconds);

    private static string Flops(CostFacts? cost) => cost is null ? "–" : Operations.Short(cost.Flops) + (cost.ReusedFlops > 0 ? " (in part reused)" : "");
}

/// <summary>The curves of two runs over one another.</summary>
internal static class ComparedCurves
{
    public static Markup Of(RunFacts one, RunFacts other)
    {
        var stages = one.Curves.Select(c => c.Stage).Intersect(other.Curves.Select(c => c.Stage), StringComparer.Ordinal).Where(s => !s.StartsWith("expert", StringComparison.Ordinal)).ToList();
        var charts = stages.SelectMany(s => new[] { Chart($"loss, {s}", s, c => c.Loss), Chart($"gradient norm, {s}", s, c => c.GradientNorm) }).Where(c => c.Html.Length > 0).ToList();
        return charts.Count == 0 ? Markup.None : HtmlText.Of(page =>
        {
            page.Add($"<div class=\"charts\">\n");
            foreach (var chart in charts)
                page.Add($"{chart}");
            page.Add($"</div>\n");
        });

        Markup Chart(string title, string stage, Func<CurveFacts, SeriesFacts> of) => LineChart.Of(
            title, title, [new ChartLine("A", Colour.Class(0), of(one.Curves.First(c => c.Stage == stage))), new ChartLine("B", Colour.Class(1), of(other.Curves.First(c => c.Stage == stage)))], thin: false);
    }
}
