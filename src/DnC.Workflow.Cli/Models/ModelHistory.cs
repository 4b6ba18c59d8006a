using System.Text.Json;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Models;

/// <summary>What went into a model: its stage and all that it was made from.</summary>
internal static class ModelHistory
{
    /// <summary>The stages, in the graph's order, the model's own last; skipped ones are left out.</summary>
    public static IReadOnlyList<StageView> Of(RunModel model)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal) { model.Stage.Node.Name };
        // Producers stand before their readers.
        foreach (var stage in model.Run.Stages.Reverse().Where(s => wanted.Contains(s.Node.Name)))
            wanted.UnionWith(stage.Node.Inputs.Select(i => i.From));
        return [.. model.Run.Stages.Where(s => wanted.Contains(s.Node.Name) && s.Output is not null)];
    }

    /// <summary>The recipe of a stage that trains, or null.</summary>
    public static TrainingSpec? Training(StageView stage) => stage.Node.Kind switch
    {
        "base" when IsGiven(stage) => null,
        "base" or "expert" => stage.Node.Settings.GetProperty("training").Deserialize<TrainingSpec>(SpecJson.Options),
        "distill" => stage.Node.Settings.GetProperty("distill").Deserialize<TrainingSpec>(SpecJson.Options),
        _ => null,
    };

    /// <summary>Whether the stage took given weights instead of training.</summary>
    public static bool IsGiven(StageView stage) => stage.Node.Settings.TryGetProperty("weights", out _);

    /// <summary>A figure of a stage's metrics, or null.</summary>
    public static double? Number(StageView stage, string name) =>
        stage.Metrics is { ValueKind: JsonValueKind.Object } metrics && metrics.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
