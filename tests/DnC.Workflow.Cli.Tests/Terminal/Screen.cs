using System.Text;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace DnC.Workflow.Cli.Tests.Terminal;

/// <summary>What a person sees on a terminal after all that was written to it: cursor movements and erasures obeyed.</summary>
internal sealed partial class Screen : StringWriter, IAnsiConsoleOutput
{
    private readonly int _width;

    public Screen(int width) => _width = width;

    public TextWriter Writer => this;

    public bool IsTerminal => true;

    public int Width => _width;

    public int Height => 40;

    /// <summary>The lines, without blanks at their ends.</summary>
    public string Seen() => Seen(ToString());

    /// <summary>The same after a part of what was written: as it was at that moment.</summary>
    public string Seen(string written) => string.Join('\n', Cells(written).Select(l => new string([.. l.Select(c => c.Sign)]).TrimEnd())).Trim('\n');

    /// <summary>Every sign with the style that it was written in, as the parameters of 'select graphic rendition': "1;38;5;2"; none: "".</summary>
    public IReadOnlyList<IReadOnlyList<Cell>> Cells(string written)
    {
        var (lines, row, column, style) = (new List<List<Cell>> { new() }, 0, 0, "");
        foreach (Match part in Parts().Matches(written))
        {
            switch (part.Value)
            {
                case "\r":
                    column = 0;
                    break;
                case "\n":
                    // As a terminal's driver does it.
                    column = 0;
                    Down();
                    break;
                case ['\u001b', .., 'A']:
                    row -= Number(part, 1);
                    break;
                case ['\u001b', .., 'J']:
                    Erase();
                    lines.RemoveRange(row + 1, lines.Count - row - 1);
                    break;
                case ['\u001b', .., 'K']:
                    column = Number(part, 0) == 2 ? 0 : column;
                    Erase();
                    break;
                case ['\u001b', '[', .. var set, 'm']:
                    style = set is "" or "0" ? "" : style.Length == 0 ? set : $"{style};{set}";
                    break;
                case ['\u001b', ..]:
                    break;
                default:
                    Put(part.Value);
                    break;
            }
        }

        return lines;

        void Put(string text)
        {
            foreach (var one in text)
            {
                if (column == _width)
                {
                    column = 0;
                    Down();
                }

                var line = lines[row];
                while (line.Count <= column)
                    line.Add(new Cell(' ', ""));
                line[column++] = new Cell(one, style);
            }
        }

        void Down()
        {
            if (++row == lines.Count)
                lines.Add([]);
        }

        void Erase() => lines[row].RemoveRange(Math.Min(lines[row].Count, column), Math.Max(0, lines[row].Count - column));

        static int Number(Match part, int otherwise) => int.TryParse(part.Groups["n"].Value, out var number) ? number : otherwise;
    }

    void IAnsiConsoleOutput.SetEncoding(Encoding encoding)
    {
    }

    [GeneratedRegex(@"\u001b\[\??(?<n>\d*)[\d;]*[A-Za-z]|\u001b[=>]|\r|\n|[^\u001b\r\n]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();
}

/// <summary>A sign on a terminal.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Style">As of <see cref="Screen.Cells"/>.</param>
internal readonly record struct Cell(char Sign, string Style);
