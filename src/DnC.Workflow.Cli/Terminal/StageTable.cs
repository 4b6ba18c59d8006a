using System.Globalization;
using DnC.Workflow.Stages.Figures;
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
        var table = PlainTable.New().Left("stage", whole: true).Left("state", whole: true).Right("time").Left("");
        var errors = new List<string>();
        foreach (var fold in FanFold.Of(run.Stages, s => s.Node.Name, Likeness))
        {
            var stage = fold.Members[0];
            if (stage.Error is { } error && stage.State is StageState.Failed or StageState.Ready)
                errors.Add($"{fold.Name}: {error.ReplaceLineEndings(" ")}");
            var interrupted = unserved && stage.State == StageState.Running;
            TimeSpan?[] times = interrupted ? [] : [.. fold.Members.Select(s => Took(s, time)).Where(t => t is not null)];
            table.AddRow(
                new Text(fold.Name),
                interrupted ? new Text("interrupted", new Style(Color.Yellow)) : new Text(stage.State.Word(), Colour(stage.State)),
                new Text(times.Length == 0 ? "" : Durations.Short(times.Aggregate(TimeSpan.Zero, (sum, t) => sum + t!.Value))),
                new Text(fold.Members.Count == 1 ? Note(stage) : NoteOfMany(fold.Members, times.Length > 0)));
        }

        console.Write(table);
        foreach (var error in errors)
            console.Write(new Padder(new Text(error), new Padding(2, 0, 0, 0)));
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

    private static string Likeness(StageView stage) => $"{stage.State} {stage.Generation} {(stage.State is StageState.Failed or StageState.Ready ? stage.Error : null)}";

    // Their times are added up.
    private static string NoteOfMany(IReadOnlyList<StageView> stages, bool timed)
    {
        var (count, attempts) = (stages.Count, stages.Sum(s => s.Attempts));
        var shares = stages.Where(s => s.State == StageState.Running).Select(s => s.Progress).Where(p => p is { Steps: > 0 }).Select(p => 100 * p!.Step / p.Steps).ToList();
        string[] parts =
        [
            string.Create(CultureInfo.InvariantCulture, $"{(timed ? "of " : "")}{count} stages"),
            .. attempts > count ? (string[])[string.Create(CultureInfo.InvariantCulture, $"{attempts} attempts")] : [],
            .. shares.Count > 0 ? (string[])[string.Create(CultureInfo.InvariantCulture, $"at {shares.Min()} to {shares.Max()} %")] : [],
        ];
        return string.Join(", ", parts);
    }

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
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"step {p.Step} of {p.Steps}{(p.Loss is { } loss ? $", {StageLine.Descends(p)} {loss:0.000}" : "")}"));
        if (stage.ReusedFrom is { } from)
            parts.Add($"from {from}");
        // The time is the last attempt's alone: how long one that was killed had lived nobody knows.
        if (stage.Attempts > 1)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"attempt {stage.Attempts}"));
        if (stage.ResumedAtStep is { } step && stage.State is StageState.Running or StageState.Succeeded)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"from step {step} on"));
        return string.Join(", ", parts);
    }
}
