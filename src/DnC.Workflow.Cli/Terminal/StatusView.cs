using DnC.Workflow.Cli.Status;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>A run as 'status' shows it: its state, its stages, its results.</summary>
internal static class StatusView
{
    /// <summary>Writes it.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="view">The run.</param>
    /// <param name="time">For how long stages have been running.</param>
    /// <param name="unserved">Whether no engine is there that could be running it.</param>
    /// <param name="took">How long it took, or null where it has not ended.</param>
    public static void Write(IAnsiConsole console, RunView view, TimeProvider time, bool unserved, string? took = null)
    {
        var run = view.Summary;
        var (state, colour) = RunsTable.IsStopped(run, unserved) ? ("unfinished, no engine is running it", new Style(Color.Yellow)) : (run.State.Word(), RunsTable.Colour(run.State));
        console.Write(new Paragraph("Run ").Append(run.Id, new Style(decoration: Decoration.Bold)).Append($" ({run.Name}): ").Append(state, colour).Append(took is null ? "\n" : $", took {took}\n"));
        StageTable.Write(console, view, time, unserved);
        EvaluationTable.Write(console, StatusReport.Of(view));
    }
}
