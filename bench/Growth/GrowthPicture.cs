using System.Globalization;
using System.Text;

namespace DnC.Workflow.Bench.Growth;

/// <summary>Times over sizes, both by their logarithms: linear growth is a slope of one, drawn thin behind the lines.</summary>
internal static class GrowthPicture
{
    private const int Width = 760;
    private const int Height = 420;
    private const int Left = 60;
    private const int Bottom = 380;
    private const int PerDecade = 170;
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#666666", "#a04000"];

    /// <summary>An SVG.</summary>
    public static string Draw(IReadOnlyList<GrowthLine> lines)
    {
        var all = lines.SelectMany(l => l.Seconds).Select(Log).ToList();
        var (low, high) = (Math.Floor(all.Min()), Math.Ceiling(all.Max()));
        var step = (Bottom - 20) / (high - low);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n");
        svg.Append("<title>Processor seconds of each phase as its size grows tenfold and a hundredfold, both axes logarithmic</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (var decade = low; decade <= high; decade++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Y(decade):0.0}H{Left + (2 * PerDecade)}\" stroke=\"#ddd\"/><text x=\"{Left - 6}\" y=\"{Y(decade) + 4:0.0}\" text-anchor=\"end\">{Math.Pow(10, decade):G4} s</text>\n");
            if (decade + 2 <= high)
                svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Y(decade):0.0}L{Left + (2 * PerDecade)} {Y(decade + 2):0.0}\" stroke=\"#bbb\" stroke-dasharray=\"3 4\"/>\n");
        }

        for (var i = 0; i < 3; i++)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + (i * PerDecade)}\" y=\"{Bottom + 18}\" text-anchor=\"middle\">×{Math.Pow(10, i)}</text>\n");
        foreach (var (number, line) in lines.Index())
        {
            var points = string.Join(' ', line.Seconds.Select((s, i) => string.Create(CultureInfo.InvariantCulture, $"{Left + (i * PerDecade)},{Y(Log(s)):0.0}")));
            var colour = Colours[number % Colours.Length];
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + (2 * PerDecade) + 20}\" y=\"{40 + (number * 22)}\" fill=\"{colour}\">{line.Name} ({line.Exponent(1, 2):0.00})</text>\n");
        }

        return svg.Append("</svg>\n").ToString();

        double Y(double logarithm) => Bottom - ((logarithm - low) * step);
    }

    private static double Log(double seconds) => Math.Log10(Math.Max(1e-3, seconds));
}
