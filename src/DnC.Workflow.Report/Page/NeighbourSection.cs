using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Page;

/// <summary>What the base and the distilled model each take for the nearest images of a few.</summary>
internal static class NeighbourSection
{
    public static Markup Of(RunFacts facts) => facts.Neighbours is { Queries.Count: > 0 } found ? HtmlText.Of(page => Write(page, facts, found)) : Markup.None;

    private static void Write(HtmlText page, RunFacts facts, NeighbourFacts found)
    {
        page.Add($"<p class=\"say\">Nearest by cosine ({found.Features}) among {Figures.Count(found.Sample)} images, for images of the largest clusters, drawn evenly.{Shares(found)}</p>\n<div class=\"queries\">\n");
        foreach (var query in found.Queries)
        {
            var own = facts.Pictures[query.Picture];
            page.Add($"<article class=\"query\"><figure>{Picture.Of(facts, query.Picture)}<figcaption>{own.Class ?? "this image"}</figcaption></figure>\n");
            foreach (var under in query.Found)
            {
                page.Add($"<div class=\"strip\"><h4>{(under.Model == "dnc" ? "DnC" : under.Model)}</h4><div>");
                foreach (var neighbour in under.Neighbours)
                {
                    var same = own.Class is not null && facts.Pictures[neighbour.Picture].Class == own.Class;
                    page.Add($"<span class=\"near{(same ? " same" : "")}\">{Picture.Of(facts, neighbour.Picture, $", cosine {Figures.Short(Math.Round(neighbour.Cosine, 2))}{(same ? ", same class" : "")}")}</span>");
                }

                page.Add($"</div></div>\n");
            }

            page.Add($"</article>\n");
        }

        page.Add($"</div>\n");
        if (found.SameClass.Count > 0)
            page.Add($"<p class=\"about\"><i class=\"same-key\"></i>of the same class</p>\n");
    }

    private static string Shares(NeighbourFacts found)
    {
        var agree = found.Agreement is { } share ? $" The two models share {Figures.Percent(share)} of the {found.K} nearest." : "";
        return found.SameClass.Count == 0 ? agree
            : $"{agree} Of an image's {found.K} nearest, {string.Join(" and ", found.SameClass.Select(s => $"{Figures.Percent(s.Value)} ({(s.Key == "dnc" ? "DnC" : s.Key)})"))} are of its class.";
    }
}
