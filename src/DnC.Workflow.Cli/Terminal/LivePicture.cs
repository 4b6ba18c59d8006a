using System.Globalization;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>What runs at the moment: a bar for each large fan-out and for every running stage, as many as the terminal has room for, and the run as a whole.</summary>
/// <param name="terminal">How wide and how high it is.</param>
/// <param name="pace">How long stages will take still.</param>
internal sealed class LivePicture(Profile terminal, Pace pace)
{
    private const int BarWidth = 14;

    /// <summary>Lines of the terminal that are left to what stands above. [ours]</summary>
    private const int Above = 8;

    /// <summary>The picture of a run as it stands.</summary>
    /// <param name="view">The run.</param>
    /// <param name="waits">What it waits for that is missing.</param>
    public IRenderable Of(RunView view, IReadOnlyList<string> waits)
    {
        var fans = FanOuts.Large(view.Stages).Where(f => f.IsUnderWay).ToList();
        var running = view.Stages.Where(s => s.State == StageState.Running).ToList();
        var most = Math.Clamp(terminal.Height - Above - fans.Count - waits.Count, 1, FanFold.Few);
        var shown = running.Count > most ? running.GetRange(0, most - 1) : running;
        var width = fans.Select(f => f.Title).Concat(shown.Select(s => s.Node.Name)).Select(n => n.Length).Append(0).Max();
        var room = Math.Max(10, terminal.Width - width - BarWidth - 3);
        List<IRenderable> lines =
        [
            .. fans.Select(f => Bar(f.Title, width, (double)f.Done / f.Members.Count, Cut(f.Figures(room), room))),
            .. shown.Select(s => Bar(s.Node.Name, width, s.Progress is { Steps: > 0 } p ? (double)p.Step / p.Steps : 0, Cut(s.Progress is { } q ? StageLine.Figures(s, q, pace, room) : StageLine.Beginning(s), room))),
        ];
        if (shown.Count < running.Count)
            lines.Add(new Text(string.Create(CultureInfo.InvariantCulture, $"and {running.Count - shown.Count} more that run"), new Style(Color.Grey)));
        lines.AddRange(waits.Select(w => new Text(w, new Style(Color.Yellow))));
        lines.Add(new Text(Whole(view, running), new Style(Color.Grey)));
        return new Rows(lines);
    }

    private static Markup Bar(string name, int width, double share, string figures)
    {
        var filled = (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth);
        return new Markup($"[blue]{Markup.Escape(name.PadRight(width))} {new string('━', filled)}[/][grey]{new string('─', BarWidth - filled)}[/] {Markup.Escape(figures)}");
    }

    private static string Cut(string text, int room) => text.Length > room ? text[..(room - 1)] + "…" : text;

    // What is still to come has no pace yet: the time is told as that of what runs, or it would read as the run's.
    private string Whole(RunView view, List<StageView> running)
    {
        var left = running.ConvertAll(pace.Left);
        var time = left.Count > 0 && left.TrueForAll(l => l is not null) ? $" ({Durations.Short(left.Max()!.Value)} until these end)" : "";
        string[] parts =
        [
            string.Create(CultureInfo.InvariantCulture, $"{view.Stages.Count(s => s.State.IsSatisfied())} of {view.Stages.Count} stages done"),
            .. view.Stages.Where(s => !s.State.IsSatisfied()).GroupBy(s => s.State).OrderBy(g => g.Key)
                .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key.Word()}") + (g.Key == StageState.Running ? time : "")),
        ];
        return string.Join(" · ", parts);
    }
}
