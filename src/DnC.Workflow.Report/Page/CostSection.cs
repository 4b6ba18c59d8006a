using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;
using DnC.Workflow.Stages.Figures;

namespace DnC.Workflow.Report.Page;

/// <summary>What each part of the method took, in time and in floating-point operations.</summary>
internal static class CostSection
{
    public static Markup Of(RunFacts facts) => facts.Cost.Sum(c => c.Flops + c.Seconds) == 0 ? Markup.None : HtmlText.Of(page =>
    {
        page.Add($"<p class=\"say\">Work is time of all attempts together: stages side by side count each. Operations are those of the networks and of k-means, counted by formula. <i>compare</i> is what was trained for comparison alone.</p>\n");
        page.Add($"<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Cost\"><table class=\"scores\"><thead><tr><th scope=\"col\">part</th><th scope=\"col\" class=\"n\">stages</th><th scope=\"col\">work</th><th scope=\"col\">operations</th></tr></thead><tbody>\n");
        var (most, mostFlops) = (Math.Max(1e-9, facts.Cost.Max(c => c.Seconds)), Math.Max(1, facts.Cost.Max(c => c.Flops)));
        foreach (var part in facts.Cost)
        {
            var reused = part.ReusedFlops > 0 ? $"{Operations.Short(part.ReusedFlops)} reused" : "";
            page.Add($"<tr><th scope=\"row\">{part.Part}</th><td class=\"n\">{Figures.Count(part.Stages)}</td>{Cell(Figures.Time(part.Seconds), part.Seconds / most)}{Cell(Operations.Short(part.Flops), part.Flops / mostFlops, reused)}</tr>\n");
        }

        page.Add($"</tbody><tfoot><tr><th scope=\"row\">all</th><td class=\"n\">{Figures.Count(facts.Cost.Sum(c => c.Stages))}</td><td>{Figures.Time(facts.Cost.Sum(c => c.Seconds))}</td><td>{Operations.Short(facts.Cost.Sum(c => c.Flops))}</td></tr></tfoot></table></div>\n");
    });

    private static Markup Cell(string value, double share, string note = "") => HtmlText.Of(cell =>
        cell.Add($"<td><span class=\"figure\">{value}{new Markup(note.Length > 0 ? " <small>" : "")}{note}{new Markup(note.Length > 0 ? "</small>" : "")}</span><span class=\"meter\" aria-hidden=\"true\"><i style=\"width:{100 * share}%\"></i></span></td>"));
}
