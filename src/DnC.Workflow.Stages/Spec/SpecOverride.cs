using System.Text.Json;
using System.Text.Json.Nodes;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Stages.Spec;

/// <summary>'--set path=value' on the command line.</summary>
internal static class SpecOverride
{
    public static void Apply(JsonObject root, string line)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new UserInputException($"--set {line}: expected path=value, as in --set base.epochs=10.");
        var path = line[..equals].Split('.');
        var target = root;
        var shape = SpecShape.Root;
        foreach (var name in path[..^1])
        {
            shape = shape.Settings.FirstOrDefault(s => s.Name == name && s.Kind == SpecKind.Object)
                ?? throw Unknown(line, name, shape);
            if (target[name] is not JsonObject inner)
                target[name] = inner = [];
            target = inner;
        }

        var setting = shape.Settings.FirstOrDefault(s => s.Name == path[^1]) ?? throw Unknown(line, path[^1], shape);
        target[setting.Name] = Value(line[(equals + 1)..], setting);
    }

    private static JsonNode? Value(string text, SpecShape setting)
    {
        if (setting.Kind == SpecKind.Text)
            return JsonValue.Create(text);
        if (setting.Kind == SpecKind.List && !text.StartsWith('['))
            return new JsonArray([.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(t => Plain(t, SpecShape.KindOf(setting.Type)))]);
        return Plain(text, setting.Kind);
    }

    // What is no JSON stays a string, and the check then says what was expected.
    private static JsonNode? Plain(string text, SpecKind kind)
    {
        if (kind == SpecKind.Text)
            return JsonValue.Create(text);
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static UserInputException Unknown(string line, string name, SpecShape within) => new(
        $"--set {line}: there is no setting '{name}'{(within.Name == "spec" ? "" : $" in '{within.Name}'")}. There are: {string.Join(", ", within.Settings.Select(s => s.Name))}.");
}
