using System.Globalization;
using System.Text;

namespace DnC.Workflow.Bench;

/// <summary>One table of figures.</summary>
/// <param name="Title">What was measured.</param>
/// <param name="Header">Names of the columns.</param>
/// <param name="Rows">Cells.</param>
/// <param name="Remark">How, in a sentence or two.</param>
public sealed record Table(string Title, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows, string Remark);

/// <summary>Tables as Markdown, on standard output and in a file as they come.</summary>
public sealed class Report
{
    private readonly string? _file;

    /// <param name="file">Where they are kept, or null.</param>
    /// <param name="machine">What they were measured on.</param>
    public Report(string? file, string machine)
    {
        _file = file;
        Write(machine + "\n", create: true);
    }

    /// <summary>A number with three significant digits, or whole.</summary>
    public static string Number(double value) => value switch
    {
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 or 0 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString($"F{2 - (int)Math.Floor(Math.Log10(Math.Max(1e-9, Math.Abs(value))))}", CultureInfo.InvariantCulture),
    };

    /// <summary>A part of a whole, 0 to 1, as a percentage.</summary>
    public static string Share(double part) => string.Create(CultureInfo.InvariantCulture, $"{part:0.0%}").Replace("%", " %", StringComparison.Ordinal);

    /// <summary>How many times faster than a peer; a dash where there is none.</summary>
    public static string Ratio(double? ratio) => ratio is { } there ? $"{Number(there)} ×" : "–";

    /// <summary>Things a second; a dash where no seconds were taken.</summary>
    public static string Rate(double things, double? seconds) => seconds is { } taken ? Number(things / taken) : "–";

    /// <summary>Seconds; a dash where none were taken.</summary>
    public static string Seconds(double? seconds) => seconds is { } taken ? Number(taken) : "–";

    /// <summary>Adds a table.</summary>
    public void Add(Table table)
    {
        var text = new StringBuilder($"\n## {table.Title}\n\n| {string.Join(" | ", table.Header)} |\n|{string.Concat(table.Header.Select(_ => "---|"))}\n");
        foreach (var row in table.Rows)
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
        text.Append(CultureInfo.InvariantCulture, $"\n{table.Remark}\n");
        Write(text.ToString(), create: false);
    }

    private void Write(string text, bool create)
    {
        Console.Write(text);
        if (_file is null)
            return;
        if (create)
            File.WriteAllText(_file, text);
        else
            File.AppendAllText(_file, text);
    }
}
