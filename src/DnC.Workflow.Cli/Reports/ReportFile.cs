using DnC.Workflow.Cli.Places;
using DnC.Workflow.Report;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using Spectre.Console;

namespace DnC.Workflow.Cli.Reports;

/// <summary>The report of a run as a file: it appears whole or not at all.</summary>
internal static class ReportFile
{
    /// <summary>Where a run's report is put if nobody names a place.</summary>
    public static string PathOf(Place place, string run, string? against = null) =>
        Path.Combine(place.Path, "reports", $"{run}{(against is null ? "" : $"-against-{against}")}.html");

    /// <summary>Tells where a run's report is, if it is there.</summary>
    public static void Tell(Place place, string run, Terminals terminals)
    {
        if (PathOf(place, run) is var path && File.Exists(path))
            terminals.Out.WriteLine($"Report: {path}");
    }

    /// <summary>Writes a file.</summary>
    /// <exception cref="UserInputException">It cannot be written there.</exception>
    public static void Write(string path, string text) => WholeFile.Write("The report", "--out FILE", path, text);

    /// <summary>At the end of a run: whatever becomes of its report, the run has ended as it has.</summary>
    public static void WriteAtEnd(Place place, RunService runs, string run, Terminals terminals)
    {
        try
        {
            var path = PathOf(place, run);
            Write(path, ReportPage.Html(RunReport.Read(place, runs, run, terminals.Time)));
            terminals.Out.WriteLine($"Report: {path}");
        }
#pragma warning disable CA1031 // no picture is worth a run that has ended well
        catch (Exception e)
        {
            terminals.Error.WriteLine($"The report could not be written ({e.Message.Split('\n')[0]}); the run is not touched by that. Once it can be:\n  {place.Command("report", run)}");
        }
#pragma warning restore CA1031
    }
}
