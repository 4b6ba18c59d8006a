using System.Globalization;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;
using DnC.Workflow.Stages.Execution;
using Spectre.Console.Rendering;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>A run as it goes: a bar for every running stage on a terminal, a line for every change and every tenth elsewhere.</summary>
/// <param name="console">Where to.</param>
/// <param name="time">For time left.</param>
/// <param name="waits">What the run waits for that is missing, as of the last read; null where nothing can be.</param>
/// <param name="whyAgain">Why the attempt before a stage's present one ended; null where nobody can say.</param>
public sealed class LiveRun(IAnsiConsole console, TimeProvider time, Func<IReadOnlyList<string>>? waits = null, Func<StageView, string?>? whyAgain = null)
{
    private readonly Pace _pace = new(time);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (StageState State, int Generation, int Attempt, int Tenth)> _printed = new(StringComparer.Ordinal);

    /// <summary>Shows the run until <paramref name="read"/> says that it has ended or <paramref name="stop"/> is set; returns the last view.</summary>
    /// <param name="read">Reads the run's state.</param>
    /// <param name="stop">Set by Ctrl-C.</param>
    public RunView Follow(Func<RunView> read, CancellationToken stop)
    {
        var view = Read();
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Out.IsTerminal)
        {
            for (; ; view = Read())
            {
                PrintChanges(view);
                PrintWaits();
                if (Ended(view, stop))
                    return view;
            }
        }

        console.Live(Picture(view)).AutoClear(true).Start(live =>
        {
            while (!Ended(view, stop))
            {
                view = Read();
                PrintEnds(view);
                live.UpdateTarget(Picture(view));
            }
        });
        return view;

        RunView Read()
        {
            var now = read();
            _pace.Observe(now);
            return now;
        }
    }

    private static bool Ended(RunView view, CancellationToken stop) =>
        RunEnd.HasEnded(view) || stop.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(300));

    // Once a cause: how long it lasts is no news.
    private void PrintWaits()
    {
        var present = waits?.Invoke() ?? [];
        foreach (var wait in present.Where(w => _told.Add(Cause(w))))
            console.Write(new Text(wait + "\n", new Style(Color.Yellow)));
        _told.IntersectWith(present.Select(Cause));
    }

    private static string Cause(string wait) => wait.Split(" (", 2)[0];

    private void PrintEnds(RunView view) => Print(view, ended: true);

    private void PrintChanges(RunView view) => Print(view, ended: false);

    private void Print(RunView view, bool ended)
    {
        foreach (var stage in view.Stages)
        {
            var tenth = stage.Progress is { Steps: > 0 } p && stage.State == StageState.Running ? (int)(10 * p.Step / p.Steps) : 0;
            var now = (stage.State, stage.Generation, stage.Attempts, ended ? 0 : tenth);
            var known = _printed.TryGetValue(stage.Node.Name, out var before);
            _printed[stage.Node.Name] = now;
            if ((known && before == now) || stage.State is StageState.Waiting or StageState.Ready)
                continue;
            if (ended && stage.State == StageState.Running)
                continue;
            // What had ended before this command began is no news.
            if (!known && stage.State.IsEnded() && stage.Since < _since)
                continue;
            // One write: the live picture below is drawn again after each.
            var line = new Text(Line(stage, isNew: !known || before.Attempt != stage.Attempts || before.State != stage.State) + "\n", stage.State == StageState.Running ? Style.Plain : StageTable.Colour(stage.State));
            console.Write(ended ? new AboveLive(line) : line);
        }
    }

    private readonly DateTimeOffset _since = time.GetUtcNow();

    private string Line(StageView stage, bool isNew)
    {
        var name = stage.Node.Name.PadRight(24);
        if (stage.State == StageState.Running)
            return $"{name} {(stage.Progress is { Steps: > 0 } p && !(isNew && stage.Attempts > 1) ? Figures(stage, p) : Beginning(stage, isNew ? whyAgain?.Invoke(stage) : null))}";
        var took = stage.Started is { } s && stage.Ended is { } e && stage.State is StageState.Succeeded or StageState.Failed ? $" in {Durations.Short(e - s)}{Since(stage)}" : "";
        var why = stage.State == StageState.Failed ? ": " + stage.Error : stage.State == StageState.Reused ? " from " + stage.ReusedFrom : "";
        return $"{name} {stage.State.Word()}{took}{why}";
    }

    private static string Beginning(StageView stage, string? why = null) => stage switch
    {
        { ResumedAtStep: { } step } => string.Create(CultureInfo.InvariantCulture, $"goes on at step {step}{Before(stage, why)}"),
        { Attempts: > 1 } => "starts again" + Before(stage, why),
        _ => "started",
    };

    private static string Before(StageView stage, string? why) =>
        why is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (attempt {stage.Attempts - 1}: {why.ReplaceLineEndings(" ")})");

    // The time is the last attempt's alone: how long one that was killed had lived nobody knows.
    private static string Since(StageView stage) => stage switch
    {
        { Attempts: <= 1 } => "",
        { ResumedAtStep: { } step } => string.Create(CultureInfo.InvariantCulture, $" from step {step} on (attempt {stage.Attempts})"),
        _ => string.Create(CultureInfo.InvariantCulture, $" (attempt {stage.Attempts})"),
    };

    private Rows Picture(RunView view)
    {
        var running = view.Stages.Where(s => s.State == StageState.Running).ToList();
        var width = running.Select(s => s.Node.Name.Length).Append(0).Max();
        var lines = new List<IRenderable>();
        foreach (var stage in running)
        {
            var share = stage.Progress is { Steps: > 0 } p ? Math.Clamp((double)p.Step / p.Steps, 0, 1) : 0;
            var filled = (int)Math.Round(share * BarWidth);
            var room = Math.Max(10, console.Profile.Width - width - BarWidth - 3);
            var figures = stage.Progress is { } q ? Figures(stage, q) : Beginning(stage);
            lines.Add(new Markup(
                $"[blue]{Markup.Escape(stage.Node.Name.PadRight(width))} {new string('━', filled)}[/][grey]{new string('─', BarWidth - filled)}[/] {Markup.Escape(figures.Length > room ? figures[..(room - 1)] + "…" : figures)}"));
        }

        lines.AddRange((waits?.Invoke() ?? []).Select(w => new Text(w, new Style(Color.Yellow))));
        lines.Add(new Text(Whole(view, running), new Style(Color.Grey)));
        return new Rows(lines);
    }

    // What is still to come has no pace yet: the time left is that of what runs.
    private string Whole(RunView view, List<StageView> running)
    {
        var parts = new List<string> { string.Create(CultureInfo.InvariantCulture, $"{view.Stages.Count(s => s.State.IsSatisfied())} of {view.Stages.Count} stages done") };
        parts.AddRange(view.Stages.Where(s => !s.State.IsSatisfied()).GroupBy(s => s.State).OrderBy(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key.Word()}")));
        var left = running.ConvertAll(_pace.Left);
        if (left.Count > 0 && left.TrueForAll(l => l is not null))
            parts.Add($"{Durations.Short(left.Max()!.Value)} left of what runs");
        return string.Join(" · ", parts);
    }

    private const int BarWidth = 14;

    private string Figures(StageView stage, StageProgress p)
    {
        var parts = new List<string>();
        if (p.Phase is { } phase)
            parts.Add(phase);
        if (p.Steps > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{100.0 * p.Step / p.Steps,3:0} %"));
        if (p.ImagesPerSecond > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{p.ImagesPerSecond:0} images/s"));
        if (p.Loss is { } loss)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"loss {loss:0.000}"));
        if (_pace.Left(stage) is { } left)
            parts.Add(Durations.Short(left) + " left");
        return string.Join("  ", parts);
    }
}
