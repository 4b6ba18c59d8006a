using System.Text.Json.Nodes;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Stages.Spec;

/// <summary>Named sets of settings inside a spec file ('presets'), one of which is laid over the rest.</summary>
internal static class Presets
{
    /// <summary>Takes 'presets' and 'preset' out of a spec and lays the chosen one over what is left.</summary>
    /// <param name="root">The spec.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="asked">The preset that the command line names, or null for the one that the file names.</param>
    /// <param name="errors">What is wrong with any of them, chosen or not; nothing is laid over then.</param>
    /// <exception cref="UserInputException">There is no preset of that name.</exception>
    public static void Apply(JsonObject root, string file, string? asked, List<string> errors)
    {
        root.Remove("presets", out var sets);
        root.Remove("preset", out var named);
        SpecCheck.Presets(sets, named, errors);
        if (errors.Count > 0 || (asked ?? named?.GetValue<string>()) is not { } name)
            return;
        if (sets?[name] is not JsonObject chosen)
        {
            var known = sets is JsonObject { Count: > 0 } some ? "it has " + string.Join(", ", some.Select(p => $"'{p.Key}'")) : "it has none";
            throw new UserInputException($"{file}: no preset '{name}': {known}.");
        }

        Lay(chosen, root);
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
