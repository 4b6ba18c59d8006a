using System.Globalization;
using System.Text.Json;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Cli.Status;

/// <summary>Training images that stages could not read and went on without.</summary>
public static class SkippedImages
{
    private const int Named = 3;

    /// <summary>'1 of 301 images skipped: broken.jpg', or null where there is none that a stage has told of.</summary>
    public static string? Of(RunView run)
    {
        var told = run.Stages.Where(s => s.State is StageState.Succeeded or StageState.Reused).Select(s => s.Metrics).OfType<JsonElement>().ToList();
        var names = told.SelectMany(Names).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
            return null;
        // A stage lists the first hundred of its own, and counts all.
        var count = told.Select(m => Number(m, "badImageCount")).Append(names.Count).Max();
        var all = run.Stages.Where(s => s.Node.Kind == "base").Select(s => s.Metrics is { } m ? Number(m, "members") : 0).DefaultIfEmpty(0).Max();
        var more = count > Named ? $" and {(count - Named).ToString(CultureInfo.InvariantCulture)} more" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{count}{(all > 0 ? $" of {all}" : "")} images skipped: {string.Join(", ", names.Take(Named))}{more}");
    }

    private static IEnumerable<string> Names(JsonElement metrics) => metrics.ValueKind == JsonValueKind.Object && metrics.TryGetProperty("badImages", out var images) && images.ValueKind == JsonValueKind.Array
        ? images.EnumerateArray().Select(i => i.TryGetProperty("id", out var id) ? id.GetString() : null).OfType<string>()
        : [];

    private static long Number(JsonElement metrics, string name) =>
        metrics.ValueKind == JsonValueKind.Object && metrics.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
}
