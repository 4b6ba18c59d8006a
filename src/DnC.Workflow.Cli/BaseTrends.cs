using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli;

/// <summary>The comparison of the base with its third, found among the metrics of a run's or a plan's stages.</summary>
internal static class BaseTrends
{
    /// <summary>What <see cref="WorthIt"/> says of it; null as long as it is not measured.</summary>
    /// <param name="stages">Their names.</param>
    /// <param name="metrics">The metrics of one that has them.</param>
    public static string? Of(IEnumerable<string> stages, Func<string, JsonElement?> metrics)
    {
        if (!stages.Contains(Planner.WorthStage) || metrics(Planner.WorthStage) is not { ValueKind: JsonValueKind.Object } measured || !measured.TryGetProperty("trend", out var trend))
            return null;
        return WorthIt.Of(trend.Deserialize<BaseTrend>(SpecJson.Options)!, Loss("base@third"), Loss("base"));

        double? Loss(string stage) =>
            metrics(stage) is { ValueKind: JsonValueKind.Object } own && own.TryGetProperty("loss", out var loss) && loss.ValueKind == JsonValueKind.Number ? loss.GetDouble() : null;
    }
}
