using System.Text.Json.Nodes;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Stages.Spec;

/// <summary>Named sets of settings inside a spec file ('presets'), one of which is laid over the rest.</summary>
internal static class Presets
{
    public static void Apply(JsonObject root, string file, string? asked)
    {
        var presets = Take(root, "presets") as JsonObject;
        var name = asked ?? Take(root, "preset")?.ToString();
        root.Remove("preset");
        if (name is null)
            return;
        if (presets?[name] is not JsonObject chosen)
        {
            var known = presets is null || presets.Count == 0 ? "it has none" : "it has " + string.Join(", ", presets.Select(p => $"'{p.Key}'"));
            throw new UserInputException($"{file}: no preset '{name}': {known}.");
        }

        Lay(chosen, root);
    }

    private static JsonNode? Take(JsonObject root, string name)
    {
        root.Remove(name, out var node);
        return node;
    }

    private static void Lay(JsonObject over, JsonObject under)
    {
        foreach (var (name, value) in over)
        {
            if (value is JsonObject inner && under[name] is JsonObject existing)
                Lay(inner, existing);
            else
                under[name] = value?.DeepClone();
        }
    }
}
