using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>What 'doctor' found.</summary>
internal static class ChecksTable
{
    /// <summary>Writes a line a check, and below it what to do about one that is not good.</summary>
    public static void Write(IAnsiConsole console, IEnumerable<Check> checks)
    {
        var table = PlainTable.New().Left("", whole: true).Left("", whole: true).Left("");
        table.ShowHeaders = false;
        foreach (var check in checks)
        {
            var (mark, colour) = check.Verdict switch { Verdict.Good => ("ok", Color.Green), Verdict.Fair => ("note", Color.Yellow), _ => ("bad", Color.Red) };
            table.AddRow(new Text(mark, new Style(colour)), new Text(check.Subject), new Text(check.Mend is null ? check.Found : $"{check.Found}\n{check.Mend}"));
        }

        console.Write(table);
    }
}
