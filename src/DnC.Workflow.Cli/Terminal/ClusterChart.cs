using System.Globalization;
using System.Text;
using DnC.Workflow.Learning.Clustering;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>A scan over K as an SVG: inertia, silhouette and stability one above the other, readable on light and dark ground.</summary>
internal static class ClusterChart
{
    private const int Width = 640, Panel = 170, Left = 76, Right = 16, Top = 30, Bottom = 28;

    public static string Svg(IReadOnlyList<ClusterScanRow> rows)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {3 * Panel}\" width=\"{Width}\" height=\"{3 * Panel}\" role=\"img\" aria-label=\"Inertia, silhouette and stability by K\">\n");
        svg.Append("<style>:root{color-scheme:light dark}.g{fill:#fff}text{font:12px system-ui,sans-serif;fill:#333}.a{stroke:#999}.l{fill:none;stroke:#0b62b8;stroke-width:2}.p{fill:#0b62b8}"
            + "@media (prefers-color-scheme:dark){.g{fill:#16181c}text{fill:#ddd}.a{stroke:#666}.l{stroke:#6db3f2}.p{fill:#6db3f2}}</style>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"g\" width=\"{Width}\" height=\"{3 * Panel}\"/>\n");
        Draw(svg, 0, "Inertia (it falls with K: look for the bend)", [.. rows.Select(r => (r.K, r.Inertia))]);
        Draw(svg, 1, "Silhouette on a sample (more is better)", [.. rows.Where(r => r.Silhouette is not null).Select(r => (r.K, r.Silhouette!.Value))]);
        Draw(svg, 2, "Stability between seeds: adjusted Rand index (1: all the same)", [.. rows.Select(r => (r.K, r.Stability))]);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, int panel, string title, IReadOnlyList<(int K, double Value)> points)
    {
        var (top, bottom) = ((panel * Panel) + Top, ((panel + 1) * Panel) - Bottom);
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{top - 12}\">{title}</text>\n<path class=\"a\" fill=\"none\" d=\"M{Left} {top}V{bottom}H{Width - Right}\"/>\n");
        if (points.Count == 0)
            return;
        var (low, high) = (points.Min(p => p.Value), points.Max(p => p.Value));
        var (first, last) = (points[0].K, points[^1].K);
        double X(int k) => last == first ? (Left + Width - Right) / 2.0 : Left + ((double)(k - first) / (last - first) * (Width - Right - Left));
        double Y(double value) => high > low ? bottom - 6 - ((value - low) / (high - low) * (bottom - top - 12)) : (top + bottom) / 2.0;
        foreach (var value in high > low ? (double[])[low, high] : [low])
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{value:G4}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"l\" points=\"{string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.K):0.#},{Y(p.Value):0.#}")))}\"/>\n");
        // Not every K has room for its number.
        var each = 1 + ((points.Count - 1) / 20);
        for (var i = 0; i < points.Count; i++)
        {
            var (k, value) = points[i];
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"p\" cx=\"{X(k):0.#}\" cy=\"{Y(value):0.#}\" r=\"3\"><title>K = {k}: {value:G6}</title></circle>\n");
            if (i % each == 0)
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(k):0.#}\" y=\"{bottom + 16}\" text-anchor=\"middle\">{k}</text>\n");
        }
    }
}
