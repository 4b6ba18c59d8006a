using System.Globalization;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Spectre.Console.Rendering;
using Spectre.Console;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>
/// A run as it goes: on a terminal a picture of what runs, below a line for every stage that has ended (one for a large fan-out as a whole); elsewhere a
/// line for every change and every tenth.
/// </summary>
/// <param name="console">Where to.</param>
/// <param name="time">For time left.</param>
/// <param name="waits">What the run waits for that is missing, as of the last read; null where nothing can be.</param>
/// <param name="whyAgain">Why the attempt before a stage's present one ended; null where nobody can say.</param>
public sealed class LiveRun(IAnsiConsole console, TimeProvider time, Func<IReadOnlyList<string>>? waits = null, Func<StageView, string?>? whyAgain = null)
{
    private readonly Pace _pace = new(time);
    private readonly HashSet<string> _toldFans = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _causes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (StageState State, int Generation, int Attempt, int Tenth)> _printed = new(StringComparer.Ordinal);

    /// <summary>Causes of failures that stand above, by stage.</summary>
    public IReadOnlyDictionary<string, string?> Told => _causes;

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

        var picture = new LivePicture(console.Profile, _pace);
        console.Live(picture.Of(view, waits?.Invoke() ?? [])).AutoClear(true).Start(live =>
        {
            while (!Ended(view, stop))
            {
                view = Read();
                PrintEnds(view);
                live.UpdateTarget(picture.Of(view, waits?.Invoke() ?? []));
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
        var width = Math.Max(NameWidth, view.Stages.Select(s => s.Node.Name.Length).DefaultIfEmpty(0).Max());
        var folded = ended ? FanOuts.Large(view.Stages) : [];
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
            // Two hundred successes would scroll everything else away: their fan-out is told as a whole.
            if (ended && stage.State.IsSatisfied() && folded.Any(f => f.Name == FanFold.FanOf(stage.Node.Name)))
                continue;
            if (stage.State == StageState.Failed)
                _causes[stage.Node.Name] = stage.Error;
            var isNew = !known || before.Attempt != stage.Attempts || before.State != stage.State;
            Write(StageLine.Of(stage, width, _pace, isNew, isNew && stage.State == StageState.Running ? whyAgain?.Invoke(stage) : null), stage.State, ended);
        }

        foreach (var fan in folded.Where(f => f.IsDone && f.Members.Any(s => s.Since >= _since) && _toldFans.Add(f.Name)))
            Write(fan.Line(width), StageState.Succeeded, ended);
    }

    // One write: the live picture below is drawn again after each.
    private void Write(string text, StageState state, bool abovePicture)
    {
        var line = new Text(text + "\n", state == StageState.Running ? Style.Plain : StageTable.Colour(state));
        console.Write(abovePicture ? new AboveLive(line) : line);
    }

    /// <summary>So wide are names at least, that lines of one run and the next stand alike. [ours]</summary>
    private const int NameWidth = 24;

    private readonly DateTimeOffset _since = time.GetUtcNow();
}
