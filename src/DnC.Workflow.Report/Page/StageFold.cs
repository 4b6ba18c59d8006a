using DnC.Workflow.Report.Facts;

namespace DnC.Workflow.Report.Page;

/// <summary>Stages that are drawn as one: of one name but for its number, where they are many.</summary>
/// <param name="Name">'base', 'expert[2]', or 'expert × 200'.</param>
/// <param name="Stages">One, or all of them.</param>
internal sealed record StageFold(string Name, IReadOnlyList<StageFacts> Stages)
{
    /// <summary>Folds a run's stages, in the graph's order.</summary>
    /// <param name="stages">The stages.</param>
    /// <param name="few">So many of one name stay apart.</param>
    public static IReadOnlyList<StageFold> Of(IReadOnlyList<StageFacts> stages, int few) =>
    [
        .. stages.GroupBy(Key, StringComparer.Ordinal).SelectMany(g => g.Count() > few
            ? [new StageFold($"{g.Key} × {g.Count()}", [.. g])]
            : g.Select(s => new StageFold(s.Name, [s]))),
    ];

    /// <summary>How they stand together.</summary>
    public string State =>
        Stages.Any(s => s.State == "failed") ? "failed"
        : Stages.Any(s => s.State == "running") ? "running"
        : Stages.All(s => s.State == "skipped") ? "skipped"
        : Stages.All(s => s.State is "reused" or "skipped") ? "reused"
        : Stages.All(s => s.State is "succeeded" or "reused" or "skipped") ? "succeeded"
        : Stages.Any(s => s.State == "cancelled") ? "cancelled" : "waiting";

    // 'evaluate[expert[3]]' goes with the other experts' evaluations.
    private static string Key(StageFacts stage)
    {
        var name = stage.Name;
        var digits = name.LastIndexOf('[') + 1;
        var end = digits;
        while (end < name.Length && char.IsAsciiDigit(name[end]))
            end++;
        return end > digits && digits > 0 && name.AsSpan(end).TrimEnd(']').IsEmpty ? name[..(digits - 1)].Replace("[", " ", StringComparison.Ordinal) : name;
    }
}
