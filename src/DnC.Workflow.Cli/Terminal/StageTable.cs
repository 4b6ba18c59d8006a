using System.Globalization;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>The stages of a run as 'status' shows them.</summary>
public static class StageTable
{
    /// <summary>Writes one line a stage; of a large fan-out, one for all that stand alike. Errors stand below: they may be long.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="run">The run.</param>
    /// <param name="time">For how long a stage has been running.</param>
    /// <param name="unserved">Whether no engine is there: what the ledger still calls running was interrupted.</param>
    public static void Write(IAnsiConsole console, RunView run, TimeProvider time, bool unserved = false)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn(new TableColumn("stage").NoWrap());
        table.AddColumn("state");
        table.AddColumn(new TableColumn("attempts").RightAligned());
        table.AddColumn(new TableColumn("time").RightAligned());
        table.AddColumn("");
        var errors = new List<string>();
        foreach (var fold in FanFold.Of(run.Stages, s => s.Node.Name, Likeness))
        {
            var stage = fold.Members[0];
            if (stage.Error is { } error && stage.State is StageState.Failed or StageState.Ready)
                errors.Add($"  {fold.Name}: {error.ReplaceLineEndings(" ")}");
            var attempts = fold.Members.Sum(s => s.Attempts);
            var interrupted = unserved && stage.State == StageState.Running;
            TimeSpan?[] times = interrupted ? [] : [.. fold.Members.Select(s => Took(s, time)).Where(t => t is not null)];
            table.AddRow(
                new Text(fold.Name),
                interrupted ? new Text("interrupted", new Style(Color.Yellow)) : new Text(stage.State.Word(), Colour(stage.State)),
                new Text(attempts == 0 ? "" : attempts.ToString(CultureInfo.InvariantCulture)),
                new Text(times.Length == 0 ? "" : Durations.Short(times.Aggregate(TimeSpan.Zero, (sum, t) => sum + t!.Value))),
                new Text(fold.Members.Count == 1 ? Note(stage) : NoteOfMany(fold.Members.Count, times.Length > 0)));
        }

        console.Write(table);
        foreach (var error in errors)
            console.WriteLine(error);
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

    // A running stage is news by itself; of the others it matters that there are many.
    private static string Likeness(StageView stage) => stage.State == StageState.Running
        ? $"running {stage.Node.Index}"
        : $"{stage.State} {stage.Generation} {(stage.State is StageState.Failed or StageState.Ready ? stage.Error : null)}";

    private static string NoteOfMany(int count, bool timed) => string.Create(CultureInfo.InvariantCulture, $"{count} stages{(timed ? ", times added up" : "")}");

    private static TimeSpan? Took(StageView stage, TimeProvider time) => stage switch
    {
        { Started: null } or { State: StageState.Reused } => null,
        { State: StageState.Running } => time.GetUtcNow() - stage.Started,
        _ => (stage.Ended ?? stage.Started) - stage.Started,
    };

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
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"from step {step} on"));
        else if (stage.Attempts > 1 && stage.Started is not null)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"the time is attempt {stage.Attempts}'s alone"));
        return string.Join(", ", parts);
    }
}
