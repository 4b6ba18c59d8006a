using System.Globalization;
using DnC.Workflow.Stages.Figures;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Terminal;

/// <summary>The large fan-outs of a run, each told as a whole where a line a stage would scroll everything else away.</summary>
internal static class FanOuts
{
    /// <summary>Those of more than <see cref="FanFold.Few"/> stages, in the graph's order.</summary>
    public static IReadOnlyList<LargeFanOut> Large(IReadOnlyList<StageView> stages) =>
    [
        .. stages.Where(s => FanFold.FanOf(s.Node.Name) is not null).GroupBy(s => FanFold.FanOf(s.Node.Name)!, StringComparer.Ordinal)
            .Where(g => g.Count() > FanFold.Few)
            .Select(g => new LargeFanOut(g.Key, [.. g])),
    ];
}

/// <summary>A fan-out of many stages.</summary>
/// <param name="Name">As <see cref="FanFold.FanOf"/> has it.</param>
/// <param name="Members">Its stages.</param>
internal sealed record LargeFanOut(string Name, IReadOnlyList<StageView> Members)
{
    /// <summary>'expert[0..199]'.</summary>
    public string Title => FanFold.Of(Members, s => s.Node.Name, _ => "").First().Name;

    /// <summary>Stages that nothing is left to do of.</summary>
    public int Done => Members.Count(s => s.State.IsSatisfied());

    /// <summary>Whether nothing of it is left to do.</summary>
    public bool IsDone => Done == Members.Count;

    /// <summary>Whether some of it is done, or runs, and not all is done.</summary>
    public bool IsUnderWay => !IsDone && Members.Any(s => s.State.IsSatisfied() || s.State == StageState.Running);

    /// <summary>What it ended as: 'expert[0..199]           198 succeeded, 2 reused, 3 h 12 min of work'.</summary>
    /// <param name="width">Of the name.</param>
    public string Line(int width)
    {
        var work = Members.Where(s => s.State == StageState.Succeeded).Aggregate(TimeSpan.Zero, (sum, s) => sum + ((s.Ended - s.Started) ?? TimeSpan.Zero));
        return $"{Title.PadRight(width)} {Counts(Members)}{(work > TimeSpan.Zero ? $", {Durations.Short(work)} of work" : "")}";
    }

    /// <summary>'84 of 200 done  2 failed  16 running  9120 images/s'; without the speed where there is no room for it.</summary>
    public string Figures(int room)
    {
        var speed = Members.Where(s => s.State == StageState.Running).Sum(s => s.Progress?.ImagesPerSecond ?? 0);
        string[] parts =
        [
            string.Create(CultureInfo.InvariantCulture, $"{Done} of {Members.Count} done"),
            .. Members.Where(s => s.State is StageState.Failed or StageState.Running).GroupBy(s => s.State).OrderByDescending(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key.Word()}")),
            .. speed > 0 ? (string[])[string.Create(CultureInfo.InvariantCulture, $"{speed:0} images/s")] : [],
        ];
        var all = string.Join("  ", parts);
        return speed > 0 && all.Length > room ? string.Join("  ", parts[..^1]) : all;
    }

    private static string Counts(IEnumerable<StageView> stages) =>
        string.Join(", ", stages.GroupBy(s => s.State).OrderBy(g => g.Key).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Count()} {g.Key.Word()}")));
}
