using System.Globalization;
using System.Text;
using System.Xml.Linq;
using DnC.Workflow.Cli.Tests.Terminal;

namespace DnC.Workflow.Report.Tests.Tour;

/// <summary>A terminal as an SVG, every sign in its column whatever font is there; and such an SVG read back.</summary>
internal static class TerminalPicture
{
    private const int Columns = 80;
    private const double Wide = 8.4, High = 19, Edge = 14;
    private const string Ground = "#14171c", Ink = "#d7dae0";

    // Of the sixteen colours that every terminal has; on the dark ground above each has a contrast of 4.5 or more.
    private static readonly string[] Inks =
    [
        "#8b93a1", "#f47c7c", "#7fce8f", "#e5c07b", "#7db1f5", "#cf9bf0", "#5cc8cd", "#d7dae0", "#8b93a1", "#f47c7c", "#7fce8f", "#e5c07b", "#7db1f5", "#cf9bf0", "#5cc8cd", "#ffffff",
    ];

    /// <summary>Draws it.</summary>
    /// <param name="command">What was typed.</param>
    /// <param name="lines">What stood below it.</param>
    public static string Draw(string command, IReadOnlyList<IReadOnlyList<Cell>> lines)
    {
        // As a terminal breaks it, wherever its last column is.
        IReadOnlyList<IReadOnlyList<Cell>> all = [.. $"$ {command}".Select((c, i) => new Cell(c, i == 0 ? "90" : "1")).Chunk(Columns), .. lines];
        var (width, height) = ((2 * Edge) + (Columns * Wide), (2 * Edge) + (all.Count * High));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:0.#} {height:0.#}\" width=\"{width:0}\" height=\"{height:0}\" role=\"img\">\n<title>{Escape(command)}</title>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{Ground}\"/>\n<g font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"14\" fill=\"{Ink}\">\n");
        foreach (var (row, line) in all.Index())
            Row(svg, row, line);
        return svg.Append("</g>\n</svg>\n").ToString();
    }

    /// <summary>What stood below what was typed, as a picture shows it.</summary>
    /// <param name="svg">The picture.</param>
    /// <param name="command">What was typed, which has to stand there.</param>
    public static string Read(string svg, string command)
    {
        var rows = Rows(svg);
        string[] typed = [.. $"$ {command}".Chunk(Columns).Select(c => new string(c).TrimEnd())];
        Assert.Equal(typed, rows.Take(typed.Length));
        return string.Join('\n', rows.Skip(typed.Length));
    }

    private static List<string> Rows(string svg) => [.. XDocument.Parse(svg, LoadOptions.PreserveWhitespace).Descendants()
        .Where(e => e.Name.LocalName == "text")
        .GroupBy(e => (double)e.Attribute("y")!)
        .OrderBy(g => g.Key)
        .Select(row => row.Aggregate("", (line, text) => line.PadRight((int)Math.Round(((double)text.Attribute("x")! - Edge) / Wide)) + text.Value))];

    private static void Row(StringBuilder svg, int row, IReadOnlyList<Cell> cells)
    {
        for (var from = 0; from < cells.Count;)
        {
            // To the next style, and to where two blanks stand: between words of one text there is never more than one, which every viewer keeps.
            var to = from + 1;
            while (to < cells.Count && cells[to].Style == cells[from].Style && (cells[to].Sign != ' ' || cells[to - 1].Sign != ' '))
                to++;
            var text = new string([.. cells.Skip(from).Take(to - from).Select(c => c.Sign)]);
            var start = from + text.Length - text.TrimStart().Length;
            if (text.Trim() is { Length: > 0 } shown)
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Edge + (start * Wide):0.#}\" y=\"{Edge + ((row + 0.75) * High):0.##}\" textLength=\"{shown.Length * Wide:0.#}\"{Attributes(cells[from].Style)}>{Escape(shown)}</text>\n");
            from = to;
        }
    }

    // 1 bold, 2 dim, 30 to 37 and 90 to 97 colours, 38;5;N one of 256.
    private static string Attributes(string style)
    {
        var (codes, ink, more) = (style.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(c => int.Parse(c, CultureInfo.InvariantCulture)).ToArray(), (string?)null, "");
        for (var i = 0; i < codes.Length; i++)
        {
            switch (codes[i])
            {
                case 0:
                    (ink, more) = (null, "");
                    break;
                case 1:
                    more = " font-weight=\"bold\"";
                    break;
                case 2:
                    ink = Inks[8];
                    break;
                case 38 when i + 2 < codes.Length && codes[i + 1] == 5:
                    ink = codes[i + 2] < Inks.Length ? Inks[codes[i + 2]] : null;
                    i += 2;
                    break;
                case >= 30 and <= 37:
                    ink = Inks[codes[i] - 30];
                    break;
                case >= 90 and <= 97:
                    ink = Inks[codes[i] - 82];
                    break;
            }
        }

        return (ink is null ? "" : $" fill=\"{ink}\"") + more;
    }

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
