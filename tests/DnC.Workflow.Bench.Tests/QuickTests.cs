using System.Diagnostics;
using System.Globalization;

namespace DnC.Workflow.Bench.Tests;

/// <summary>The benchmark as a user starts it, small: every row measures something. How fast is no test's business.</summary>
public sealed class QuickTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "DnC.Workflow.Bench.dll");

    [Fact]
    public void Every_row_prints_finite_positive_figures_and_draws_its_picture()
    {
        var folder = Directory.CreateTempSubdirectory("dnc-bench-test-");
        try
        {
            var (code, printed) = Start("all", "--quick", "--out", Path.Combine(folder.FullName, "speed.md"));

            Assert.Equal(0, code);
            Assert.Equal(printed, File.ReadAllText(Path.Combine(folder.FullName, "speed.md")));
            var tables = printed.Split("\n## ").Skip(1).ToList();
            Assert.Equal(Start("list").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, tables.Count);
            foreach (var table in tables)
                HasFigures(table);
            Assert.Contains("</svg>", File.ReadAllText(Path.Combine(folder.FullName, "growth.svg")), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void An_unknown_row_is_refused_with_those_there_are()
    {
        var (code, _) = Start("stpe");

        Assert.Equal(2, code);
    }

    /// <summary>In each line of the table a figure of ours, and none that is no number or not above 0.</summary>
    private static void HasFigures(string table)
    {
        var lines = table.Split('\n').Where(l => l.StartsWith('|')).Skip(2).ToList();
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            Assert.DoesNotContain("NaN", line, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("∞", line, StringComparison.Ordinal);
            var figures = line.Split('|').Select(c => c.Trim().Split(' ')[0])
                .Where(c => double.TryParse(c, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                .Select(c => double.Parse(c, NumberStyles.Float, CultureInfo.InvariantCulture)).ToList();
            Assert.True(figures.Any(f => f > 0), $"no figure above 0 in: {line}");
        }
    }

    private static (int Code, string Output) Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
