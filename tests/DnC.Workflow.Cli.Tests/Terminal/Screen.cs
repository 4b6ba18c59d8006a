using System.Text;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace DnC.Workflow.Cli.Tests.Terminal;

/// <summary>What a person sees on a terminal after all that was written to it: cursor movements and erasures obeyed, colours left out.</summary>
internal sealed partial class Screen : StringWriter, IAnsiConsoleOutput
{
    private readonly int _width;

    public Screen(int width) => _width = width;

    public TextWriter Writer => this;

    public bool IsTerminal => true;

    public int Width => _width;

    public int Height => 40;

    /// <summary>The lines, without blanks at their ends.</summary>
    public string Seen()
    {
        var (lines, row, column) = (new List<StringBuilder> { new() }, 0, 0);
        foreach (Match part in Parts().Matches(ToString()))
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
                case ['\u001b', ..]:
                    break;
                default:
                    Put(part.Value);
                    break;
            }
        }

        return string.Join('\n', lines.Select(l => l.ToString().TrimEnd())).Trim('\n');

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
                line.Append(' ', Math.Max(0, column + 1 - line.Length));
                line[column++] = one;
            }
        }

        void Down()
        {
            if (++row == lines.Count)
                lines.Add(new StringBuilder());
        }

        void Erase() => lines[row].Length = Math.Min(lines[row].Length, column);

        static int Number(Match part, int otherwise) => int.TryParse(part.Groups["n"].Value, out var number) ? number : otherwise;
    }

    void IAnsiConsoleOutput.SetEncoding(Encoding encoding)
    {
    }

    [GeneratedRegex(@"\u001b\[\??(?<n>\d*)[\d;]*[A-Za-z]|\r|\n|[^\u001b\r\n]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();
}
