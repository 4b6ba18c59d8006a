using System.Globalization;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>The stages of a run as 'status' shows them.</summary>
public static class StageTable
{
    /// <summary>Writes one line a stage.</summary>
    public static void Write(IAnsiConsole console, RunView run, TimeProvider time)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("stage");
        table.AddColumn("state");
        table.AddColumn(new TableColumn("attempts").RightAligned());
        table.AddColumn(new TableColumn("time").RightAligned());
        table.AddColumn("");
        foreach (var stage in run.Stages)
        {
            table.AddRow(
                new Text(stage.Node.Name),
                new Text(stage.State.Word(), Colour(stage.State)),
                new Text(stage.Attempts == 0 ? "" : stage.Attempts.ToString(CultureInfo.InvariantCulture)),
                new Text(Took(stage, time)),
                new Text(Note(stage)));
        }

        console.Write(table);
    }

    /// <summary>The colour that stands for a state everywhere.</summary>
    public static Style Colour(StageState state) => new(state switch
    {
        StageState.Succeeded => Color.Green,
        StageState.Reused => Color.Teal,
        StageState.Running => Color.Blue,
        StageState.Failed => Color.Red,
        StageState.Cancelled => Color.Yellow,
        _ => Color.Grey,
    });

    private static string Took(StageView stage, TimeProvider time)
    {
        if (stage.Started is not { } started || stage.State == StageState.Reused)
            return "";
        var end = stage.State == StageState.Running ? time.GetUtcNow() : stage.Ended ?? started;
        return Durations.Short(end - started);
    }

    private static string Note(StageView stage)
    {
        var parts = new List<string>();
        if (stage.Generation > 1)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"generation {stage.Generation}"));
        if (stage is { State: StageState.Waiting, GateShut: true })
            parts.Add("gate shut");
        if (stage.State == StageState.Running && stage.Progress is { Steps: > 0 } p)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"step {p.Step} of {p.Steps}"));
        if (stage.ReusedFrom is { } from)
            parts.Add($"from {from}");
        if (stage.ResumedAtStep is { } step && stage.State is StageState.Running or StageState.Succeeded)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"went on at step {step}"));
        if (stage.Error is { } error && stage.State is StageState.Failed or StageState.Ready)
            parts.Add(error.ReplaceLineEndings(" "));
        return string.Join(", ", parts);
    }
}
