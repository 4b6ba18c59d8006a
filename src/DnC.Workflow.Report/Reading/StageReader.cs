using System.Text.Json;
using DnC.Workflow.Report.Facts;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Report.Reading;

/// <summary>Stages, attempts and cost, as the ledger has them.</summary>
internal static class StageReader
{
    /// <summary>Attempts of one stage in a report at most: its newest. [ours]</summary>
    public const int MostAttempts = 1000;

    /// <summary>The parts of the method, in its order.</summary>
    public static readonly string[] Parts = ["base", "embed", "cluster", "experts", "distill", "evaluate", "compare"];

    public static IReadOnlyList<StageFacts> Stages(RunReading run)
    {
        var seconds = run.Attempts.GroupBy(a => a.Stage, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(a => Math.Max(0, ((a.Ended ?? run.Seen) - a.Started).TotalSeconds)), StringComparer.Ordinal);
        return [.. run.View.Stages.Select(s => Of(s, seconds.GetValueOrDefault(s.Node.Name)))];
    }

    public static IReadOnlyList<AttemptFacts> Attempts(RunReading run)
    {
        var order = run.View.Stages.Select((s, i) => (s.Node.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
        return
        [
            .. run.Attempts.GroupBy(a => a.Stage, StringComparer.Ordinal).OrderBy(g => order.GetValueOrDefault(g.Key))
                .SelectMany(g => g.OrderBy(a => a.Generation).ThenBy(a => a.Number).TakeLast(MostAttempts)).Select(Of),
        ];
    }

    public static IReadOnlyList<CostFacts> Cost(IReadOnlyList<StageFacts> stages) =>
    [
        .. stages.GroupBy(s => s.Part, StringComparer.Ordinal).OrderBy(g => Array.IndexOf(Parts, g.Key)).Select(g => new CostFacts(
            g.Key,
            g.Count(),
            g.Count(s => s.State is "succeeded" or "reused" or "skipped"),
            g.Count(s => s.State == "reused"),
            g.Sum(s => s.Seconds),
            g.Sum(s => s.Flops ?? 0),
            g.Where(s => s.State == "reused").Sum(s => s.Flops ?? 0))),
    ];

    /// <summary>The part of the method that a stage belongs to.</summary>
    public static string PartOf(StageNode node) => node.Kind switch
    {
        _ when IsRival(node.Name) => "compare",
        "expert" => "experts",
        "base" or "embed" or "cluster" or "distill" => node.Kind,
        _ => "evaluate",
    };

    // What is trained for comparison alone has a name of its own in its stage's.
    private static bool IsRival(string name) =>
        name is "equal-length" or "base@third" || name.StartsWith("distill[", StringComparison.Ordinal) || name.StartsWith("partition@", StringComparison.Ordinal)
        || (name.StartsWith("expert@", StringComparison.Ordinal) && !char.IsAsciiDigit(name["expert@".Length]));

    private static StageFacts Of(StageView stage, double seconds)
    {
        var provenance = stage.Metrics is { ValueKind: JsonValueKind.Object } metrics && metrics.TryGetProperty("provenance", out var told) ? told : (JsonElement?)null;
        var running = stage.State == StageState.Running;
        var hasResult = stage.State is StageState.Succeeded or StageState.Reused;
        return new StageFacts(
            stage.Node.Name,
            stage.Node.Kind,
            PartOf(stage.Node),
            stage.State.Word(),
            [.. StageGraph.Parents(stage.Node)],
            stage.Generation,
            stage.Attempts,
            seconds,
            hasResult ? Number(stage.Metrics, "flops") : null,
            hasResult ? (long?)Number(stage.Metrics, "images") : null,
            hasResult ? Number(stage.Metrics, "loss") : null,
            stage.ReusedFrom,
            FreeText.LineOrNull(stage.Error),
            running ? stage.Progress?.Step : null,
            running ? stage.Progress?.Steps : null,
            stage is { State: StageState.Waiting, GateShut: true },
            Text(provenance, "device"),
            (int?)Number(provenance, "threads"),
            Text(provenance, "precision"));
    }

    private static AttemptFacts Of(AttemptView attempt) => new(
        attempt.Stage,
        attempt.Generation,
        attempt.Number,
        attempt.Worker,
        attempt.Started,
        attempt.Ended,
        attempt.Outcome switch
        {
            null => "running",
            StageEvent.Completed => "completed",
            StageEvent.Released => "released",
            StageEvent.LeaseExpired => "lost",
            StageEvent.InputLost => "input lost",
            StageEvent.RunCancelled => "cancelled",
            _ => "failed",
        },
        attempt.ResumedAtStep,
        attempt.Progress?.Step,
        attempt.Progress?.Steps,
        FreeText.LineOrNull(attempt.Detail));

    /// <summary>A finite number of a stage's metrics, or null.</summary>
    public static double? Number(JsonElement? metrics, string name) =>
        metrics is { ValueKind: JsonValueKind.Object } object_ && object_.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble())
            ? value.GetDouble()
            : null;

    private static string? Text(JsonElement? metrics, string name) =>
        metrics is { ValueKind: JsonValueKind.Object } object_ && object_.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
