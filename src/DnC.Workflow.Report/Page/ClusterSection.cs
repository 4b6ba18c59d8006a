using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Page;

/// <summary>Sizes of the clusters, and example images of each.</summary>
internal static class ClusterSection
{
    /// <summary>Clusters that are shown at once. [ours]</summary>
    private const int Few = 24;

    public static Markup Of(RunFacts facts) => HtmlText.Of(page =>
    {
        foreach (var division in facts.Divisions)
        {
            if (facts.Divisions.Count > 1)
                page.Add($"<h3>Round {division.Round}</h3>\n");
            page.Add($"<p class=\"say\">{Say(facts, division)}</p>\n");
            Sizes(page, division);
            Cards(page, facts, division);
        }
    });

    private static string Say(RunFacts facts, DivisionFacts division)
    {
        var (largest, smallest) = (division.Clusters.Max(c => c.Size), division.Clusters.Min(c => c.Size));
        var against = facts.Measured.Clusters.ElementAtOrDefault(division.Round - 1);
        var labels = against?.ClassNmi is { } nmi ? FormattableString.Invariant($" Against labels: purity {against.ClassPurity:0.00}, normalised mutual information {nmi:0.00}.") : "";
        var sizes = smallest == largest ? Figures.Count(largest, "image") + " each" : $"{Figures.Count(smallest)} to {Figures.Count(largest)} images";
        return $"The base's embedding, clustered by k-means: {Figures.Count(division.Clusters.Count, "cluster")} of {sizes}. Examples run from the cluster's centre outwards." + labels;
    }

    private static void Sizes(HtmlText page, DivisionFacts division)
    {
        var clusters = division.Clusters;
        // Of a few, the cards say it.
        if (clusters.Count <= Colour.Count)
            return;
        var (largest, width) = ((double)clusters.Max(c => c.Size), 1000.0 / clusters.Count);
        page.Add($"<svg class=\"sizes\" viewBox=\"0 0 1000 90\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Sizes of the clusters, from {Figures.Count(largest)} to {Figures.Count(clusters.Min(c => c.Size))} images\">");
        foreach (var cluster in clusters)
        {
            var height = Math.Max(1, 88 * cluster.Size / largest);
            page.Add($"<rect class=\"{Colour.Class(cluster.Number)}\" x=\"{(cluster.Number * width) + (width * 0.06)}\" y=\"{90 - height}\" width=\"{width * 0.88}\" height=\"{height}\"><title>cluster {cluster.Number}: {Figures.Count(cluster.Size, "image")}</title></rect>");
        }

        page.Add($"</svg>\n");
    }

    private static void Cards(HtmlText page, RunFacts facts, DivisionFacts division)
    {
        var total = division.Clusters.Sum(c => c.Size);
        page.Add($"<div class=\"cards\">\n");
        foreach (var cluster in division.Clusters.Take(Few))
            Card(page, facts, division, cluster, total);
        page.Add($"</div>\n");
        if (division.Clusters.Count <= Few)
            return;
        page.Add($"<details><summary>The other {Figures.Count(division.Clusters.Count - Few)} clusters</summary><div class=\"cards\">\n");
        foreach (var cluster in division.Clusters.Skip(Few))
            Card(page, facts, division, cluster, total);
        page.Add($"</div></details>\n");
    }

    private static void Card(HtmlText page, RunFacts facts, DivisionFacts division, ClusterFacts cluster, long total)
    {
        page.Add($"<article class=\"card\"><h4><i class=\"swatch {Colour.Class(cluster.Number)}\"></i>Cluster {cluster.Number} <span>{Figures.Count(cluster.Size, "image")}, {Figures.Percent((double)cluster.Size / Math.Max(1, total))}</span></h4><span class=\"share {Colour.Class(cluster.Number)}\" aria-hidden=\"true\"><i style=\"width:{100.0 * cluster.Size / Math.Max(1, division.Clusters[0].Size)}%\"></i></span>\n");
        if (cluster.Pictures.Count > 0)
        {
            page.Add($"<div class=\"montage\">");
            foreach (var picture in cluster.Pictures)
                page.Add($"{Picture.Of(facts, picture)}");
            page.Add($"</div>\n");
        }

        if (cluster.Classes.Count > 0)
            page.Add($"<p class=\"classes\">{string.Join(" · ", cluster.Classes.Select(c => $"{c.Class} {Figures.Percent(c.Share)}"))}</p>\n");
        if (Gain(facts, division, cluster) is { } gain)
            page.Add($"<p class=\"classes\">{gain}</p>\n");
        page.Add($"</article>\n");
    }

    private static string? Gain(RunFacts facts, DivisionFacts division, ClusterFacts cluster)
    {
        var subset = FormattableString.Invariant($"{(division.Round == 1 ? "" : $"round {division.Round}, ")}cluster {cluster.Number}");
        var rows = facts.Measured.Rows.Where(r => r.Subset == subset).ToList();
        var expert = rows.FirstOrDefault(r => r.Model.StartsWith("expert", StringComparison.Ordinal));
        var before = rows.FirstOrDefault(r => !r.Model.StartsWith("expert", StringComparison.Ordinal));
        if (expert is { Linear: not null } && ScoreWords.AreTooFew(expert.Images))
            return $"its expert: {ScoreWords.None(expert.Images)}";
        return expert?.Linear is { } now && before?.Linear is { } then
            ? $"its expert: {ScoreWords.Of(now, expert.LinearStderr)}, {ScoreWords.Against((now, expert.LinearStderr), (then, before.LinearStderr), "the base")} (linear probe, {Figures.Count(expert.Images)} test images of its own)"
            : null;
    }
}
