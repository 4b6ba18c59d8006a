using System.Globalization;
using System.Text;
using DnC.Workflow.Report.Facts;

namespace DnC.Workflow.Report.Html;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Class">The style sheet's class of its colour.</param>
/// <param name="Points">Where it goes.</param>
internal sealed record ChartLine(string Name, string Class, SeriesFacts Points);

/// <summary>Curves over steps as inline SVG. The script reads values back from the paths, so they are in the page once; those above the chart's top stand beside their path.</summary>
internal static class LineChart
{
    private const double Width = 360;
    private const double Height = 212;
    private const double Left = 46;
    private const double Right = 10;
    private const double Top = 10;
    private const double Bottom = 36;
    private const int Legend = 6;

    // So few points are no line to see.
    private const int Dots = 3;

    /// <summary>A chart, or nothing where no line has a point.</summary>
    /// <param name="title">What is drawn.</param>
    /// <param name="caption">What stands above it: of that what no heading has said.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="thin">Whether they are so many that each is drawn faintly.</param>
    public static Markup Of(string title, string caption, IReadOnlyList<ChartLine> lines, bool thin)
    {
        var drawn = lines.Where(l => l.Points.Steps.Count > 0).ToList();
        if (drawn.Count == 0)
            return Markup.None;
        var range = Range.Of(drawn);
        return HtmlText.Of(html =>
        {
            html.Add($"<figure class=\"chart\"><figcaption>{caption}</figcaption><div class=\"plot\" tabindex=\"0\" role=\"img\" aria-label=\"{Says(title, drawn)}\" data-x0=\"{Left}\" data-x1=\"{Width - Right}\" data-y0=\"{Height - Bottom}\" data-y1=\"{Top}\" data-from=\"0\" data-to=\"{range.Steps.ToString("R", CultureInfo.InvariantCulture)}\" data-low=\"{range.Low.ToString("R", CultureInfo.InvariantCulture)}\" data-high=\"{range.High.ToString("R", CultureInfo.InvariantCulture)}\">");
            html.Add($"<svg viewBox=\"0 0 {Width} {Height}\" aria-hidden=\"true\">");
            Axes(html, range);
            foreach (var line in drawn)
                Line(html, line, range, thin ? " thin" : "");
            html.Add($"</svg></div>");
            if (drawn.Count is > 1 and <= Legend)
            {
                html.Add($"<ul class=\"key\">");
                foreach (var line in drawn)
                    html.Add($"<li><i class=\"swatch {line.Class}\"></i>{line.Name}</li>");
                html.Add($"</ul>");
            }

            html.Add($"</figure>\n");
        });
    }

    private static void Line(HtmlText html, ChartLine line, Range range, string thin)
    {
        html.Add($"<path class=\"line {line.Class}{thin}\" data-name=\"{line.Name}\"{Above(line.Points, range)} d=\"{new Markup(Path(line.Points, range))}\"/>");
        if (line.Points.Steps.Count > Dots)
            return;
        foreach (var (step, value) in line.Points.Steps.Zip(line.Points.Values))
            html.Add($"<circle class=\"dot {line.Class}{thin}\" cx=\"{range.X(step)}\" cy=\"{range.Y(value)}\" r=\"3\"/>");
    }

    private static string Says(string title, List<ChartLine> lines)
    {
        var first = lines.Select(l => l.Points.Values[0]).Average();
        var last = lines.Select(l => l.Points.Values[^1]).Average();
        var of = lines.Count == 1 ? lines[0].Name : $"{lines.Count} trainings, on average";
        return $"{title}: {of} from {Figures.Short(first)} to {Figures.Short(last)}";
    }

    private static void Axes(HtmlText html, Range range)
    {
        foreach (var tick in Ticks.Of(range.Low, range.High, 4))
        {
            var y = range.Y(tick);
            html.Add($"<path class=\"grid\" d=\"M{Left},{y}H{Width - Right}\"/><text x=\"{Left - 6}\" y=\"{y + 3.5}\" text-anchor=\"end\">{Figures.Short(tick)}</text>");
        }

        foreach (var tick in Ticks.Of(0, range.Steps, 4))
            html.Add($"<text x=\"{range.X(tick)}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{Thousands(tick)}</text>");
        html.Add($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">training step</text>");
    }

    private static string Thousands(double steps) => steps >= 10_000 ? steps >= 1e6 ? $"{(steps / 1e6).ToString("0.##", CultureInfo.InvariantCulture)} M" : $"{(steps / 1e3).ToString("0.##", CultureInfo.InvariantCulture)} k" : Figures.Count(steps);

    private static string Path(SeriesFacts points, Range range)
    {
        var path = new StringBuilder(points.Steps.Count * 11);
        for (var i = 0; i < points.Steps.Count; i++)
            path.Append(i == 0 ? 'M' : 'L').Append(range.X(points.Steps[i]).ToString("0.#", CultureInfo.InvariantCulture)).Append(',').Append(range.Y(points.Values[i]).ToString("0.#", CultureInfo.InvariantCulture));
        return path.ToString();
    }

    // 'index:value' of each point that is drawn at the top for being above it.
    private static Markup Above(SeriesFacts points, Range range)
    {
        var above = points.Values.Index().Where(v => v.Item > range.High).Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Index}:{v.Item:R}")).ToList();
        return above.Count == 0 ? Markup.None : new Markup($" data-above=\"{string.Join(' ', above)}\"");
    }

    private readonly record struct Range(double Steps, double Low, double High)
    {
        public static Range Of(List<ChartLine> lines)
        {
            var steps = Math.Max(1, lines.Max(l => l.Points.Steps[^1]));
            var values = lines.SelectMany(l => l.Points.Values).Order().ToList();
            // A spike of a diverging training must not flatten all others: what is above the middle by far is cut off.
            var (low, high) = (values[0], values[^1]);
            var usual = values[(int)(0.995 * (values.Count - 1))];
            if (high > usual + (3 * (usual - low)))
                high = usual + (0.5 * (usual - low));
            var room = high > low ? 0.05 * (high - low) : Math.Max(1e-9, Math.Abs(high) * 0.1);
            return new Range(steps, low >= 0 ? Math.Max(0, low - room) : low - room, high + room);
        }

        public double X(double step) => Left + (step / Steps * (Width - Left - Right));

        public double Y(double value) => Height - Bottom - ((Math.Clamp(value, Low, High) - Low) / (High - Low) * (Height - Top - Bottom));
    }
}
