using System.Text.Json;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Report.Html;

namespace DnC.Workflow.Report.Page;

/// <summary>The embedding on a plane, coloured by cluster and by class, with the image under the pointer.</summary>
internal static class MapSection
{
    private const double Side = 600;
    private const double Margin = 14;
    private const int Legend = 24;

    public static Markup Of(RunFacts facts) => facts.Map is { } map ? HtmlText.Of(page => Write(page, facts, map)) : Markup.None;

    private static void Write(HtmlText page, RunFacts facts, MapFacts map)
    {
        var hasClasses = map.Classes is not null;
        page.Add($"<p class=\"say\">{Figures.Count(map.Pictures.Count)} of {Figures.Count(map.Of)} images, laid out by t-SNE{(map.Layouts.Count == 1 ? $" under the {Named(map.Layouts[0])}" : "")}: images that the model finds alike lie together; distances between far groups, sizes of groups and directions mean nothing.</p>\n");
        page.Add($"<form class=\"choices\" id=\"map-choices\">\n");
        if (hasClasses)
            page.Add($"<fieldset><legend>Colour by</legend><label><input type=\"radio\" name=\"by\" value=\"cluster\" checked> cluster</label><label><input type=\"radio\" name=\"by\" value=\"class\"> class</label></fieldset>\n");
        if (map.Layouts.Count > 1)
        {
            page.Add($"<fieldset><legend>Under</legend>");
            foreach (var (i, layout) in map.Layouts.Index())
                page.Add($"<label><input type=\"radio\" name=\"under\" value=\"{i}\"{(i == 0 ? new Markup(" checked") : Markup.None)}> {Named(layout)}</label>");
            page.Add($"</fieldset>\n");
        }

        page.Add($"</form>\n<div class=\"map\"><div id=\"map-plane\" class=\"plane\" tabindex=\"0\" role=\"group\" aria-label=\"Map of {map.Pictures.Count} images. Arrow keys go from image to image.\">\n");
        page.Add($"<svg id=\"map-points\" class=\"by-cluster\" viewBox=\"0 0 {Side} {Side}\" role=\"img\" aria-label=\"Images as points, those alike together\">");
        var first = map.Layouts[0];
        for (var i = 0; i < map.Pictures.Count; i++)
            Point(page, map, i, first.X[i], first.Y[i]);
        page.Add($"<circle id=\"map-ring\" r=\"9\" cx=\"-99\" cy=\"-99\"/></svg></div>\n<aside>\n<div id=\"map-card\" class=\"card\" aria-live=\"polite\"><p class=\"hint\">Point at or tap the map, or focus it and use the arrow keys, to see an image.</p></div>\n");
        Key(page, "cluster", [.. Clusters(map).Take(Legend).Select(c => (c < 0 ? "none" : FormattableString.Invariant($"cluster {c}"), c))], hidden: false);
        if (hasClasses)
            Key(page, "class", [.. map.ClassNames.Take(Legend).Select((name, i) => (name, i))], hidden: true);
        page.Add($"</aside></div>\n<script type=\"application/json\" id=\"map-data\">{Data(facts, map)}</script>\n");
    }

    // Beyond the colours, the shape tells: circles, squares, triangles.
    private static void Point(HtmlText page, MapFacts map, int i, double? x, double? y)
    {
        var cluster = map.Clusters[i];
        var of = map.Classes is { } classes ? $" c{Colour.Class(classes[i])}" : "";
        var at = FormattableString.Invariant($"translate({Margin + ((x ?? -1) * (Side - (2 * Margin))):0.#},{Margin + ((y ?? -1) * (Side - (2 * Margin))):0.#})");
        page.Add($"<path class=\"p {Colour.Class(cluster)}{of}\" d=\"{new Markup(Shape(cluster))}\" style=\"transform:{new Markup(at.Replace(",", "px,", StringComparison.Ordinal).Replace(")", "px)", StringComparison.Ordinal))}\"/>");
    }

    private static string Shape(int cluster) => (Math.Max(0, cluster) / Colour.Count % 3) switch
    {
        0 => "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0",
        1 => "M-3.6,-3.6h7.2v7.2h-7.2z",
        _ => "M0,-4.6L4.4,3.4H-4.4z",
    };

    private static IEnumerable<int> Clusters(MapFacts map) => map.Clusters.Distinct().Order();

    private static void Key(HtmlText page, string of, IReadOnlyList<(string Name, int Number)> entries, bool hidden)
    {
        page.Add($"<ul class=\"key\" data-key=\"{of}\"{(hidden ? new Markup(" hidden") : Markup.None)}>");
        foreach (var (name, number) in entries)
            page.Add($"<li><i class=\"swatch {Colour.Class(number)}\"></i>{name}</li>");
        page.Add($"</ul>\n");
    }

    private static string Named(LayoutFacts layout) => layout.Model == "dnc" ? "DnC" : layout.Model;

    // The serialiser escapes what could end the element.
    private static Markup Data(RunFacts facts, MapFacts map) => new(JsonSerializer.Serialize(new
    {
        side = Side,
        margin = Margin,
        layouts = map.Layouts.Select(l => new { x = l.X, y = l.Y }),
        clusters = map.Clusters,
        images = map.Pictures.Select(p => facts.Pictures[p].Image),
        classes = map.Pictures.Select(p => facts.Pictures[p].Class),
        pictures = map.Pictures.Select(p => facts.Pictures[p].Data),
    }));
}
