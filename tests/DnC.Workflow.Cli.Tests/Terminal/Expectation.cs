using System.Text.RegularExpressions;
using Spectre.Console;

namespace DnC.Workflow.Cli.Tests.Terminal;

/// <summary>
/// A view as a person sees it on a terminal of 80 columns, held against two files below <c>Expected</c>: without colours, and with them, where escape
/// characters are '␛'. DNC_REWRITE_GOLDEN=1 writes both.
/// </summary>
internal static partial class Expectation
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "DnC.Workflow.Cli.Tests", "Terminal", "Expected");

    /// <summary>Holds it, and that no line is wider than the terminal at 60, 80 and 200 columns.</summary>
    /// <param name="view">The files' name.</param>
    /// <param name="write">Writes the view.</param>
    public static void Hold(string view, Action<IAnsiConsole> write)
    {
        var (plain, coloured) = (Drawn(write, 80, colours: false), Drawn(write, 80, colours: true));
        Same($"{view}.txt", plain);
        Same($"{view}.colour.txt", coloured.Replace('\u001b', '␛'));
        Assert.Equal(plain, Shown(coloured));
        foreach (var width in (int[])[60, 80, 200])
            Assert.All(Drawn(write, width, colours: false).Split('\n'), line => Assert.True(line.Length <= width, $"{view} at {width} columns: {line.Length}: {line}"));
    }

    /// <summary>What a program of ours writes to a terminal, without the blanks at the ends of lines.</summary>
    /// <param name="write">Writes something.</param>
    /// <param name="width">Columns.</param>
    /// <param name="colours">Whether the terminal has them.</param>
    public static string Drawn(Action<IAnsiConsole> write, int width, bool colours)
    {
        using var screen = new Screen(width);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = screen,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        write(console);
        return Blanks().Replace(screen.ToString().ReplaceLineEndings("\n"), "");
    }

    private static string Shown(string coloured) => Blanks().Replace(Escapes().Replace(coloured, ""), "");

    private static void Same(string file, string drawn)
    {
        var path = Path.Combine(Folder, file);
        if (Environment.GetEnvironmentVariable("DNC_REWRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(path, drawn);
        }

        Assert.True(File.Exists(path), $"{path} is not there yet: look at it with DNC_REWRITE_GOLDEN=1, and commit it");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), drawn);
    }

    [GeneratedRegex(" +$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();

    [GeneratedRegex("\u001b\\[[0-9;]*m", RegexOptions.CultureInvariant)]
    private static partial Regex Escapes();
}
