using System.Text.Json;
using System.Text.Json.Nodes;

namespace DnC.Workflow.Stages.Spec;

/// <summary>'--set path=value' on the command line.</summary>
/// <param name="Line">As typed.</param>
/// <param name="Path">The setting.</param>
internal sealed record SpecOverride(string Line, string Path)
{
    /// <summary>Lays it over a spec, or adds to the errors why not and leaves the spec as it is.</summary>
    public static SpecOverride? Apply(JsonObject root, string line, List<string> errors)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            errors.Add($"{Option(line)}: expected path=value, as in --set base.epochs=10.");
            return null;
        }

        var path = line[..equals];
        var names = path.Split('.');
        var section = SpecShape.Root;
        for (var depth = 0; depth < names.Length - 1; depth++)
        {
            if (section.Settings.FirstOrDefault(s => s.Name == names[depth] && s.Kind == SpecKind.Object) is not { } inner)
            {
                errors.Add(Unknown(line, names, depth, section));
                return null;
            }

            section = inner;
        }

        if (section.Settings.FirstOrDefault(s => s.Name == names[^1]) is not { } setting)
        {
            errors.Add(Unknown(line, names, names.Length - 1, section));
            return null;
        }

        var value = Value(line[(equals + 1)..], setting);
        var wrong = new List<string>();
        SpecCheck.Object(new JsonObject { [setting.Name] = value?.DeepClone() }, section, string.Join('.', names[..^1]), wrong);
        errors.AddRange(wrong.Select(w => $"{Option(line)}: {w}"));
        if (wrong.Count > 0)
            return null;
        Section(root, names[..^1])[setting.Name] = value;
        return new SpecOverride(line, path);
    }

    /// <summary>The option as it was typed, for messages.</summary>
    public override string ToString() => Option(Line);

    /// <summary>Whether the setting is that one, in it or around it.</summary>
    public bool Touches(string setting) =>
        setting == Path || setting.StartsWith(Path + ".", StringComparison.Ordinal) || Path.StartsWith(setting + ".", StringComparison.Ordinal);

    private static string Option(string line) => $"--set {line}";

    private static JsonObject Section(JsonObject root, string[] names)
    {
        foreach (var name in names)
        {
            if (root[name] is not JsonObject inner)
                root[name] = inner = [];
            root = inner;
        }

        return root;
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

    private static string Unknown(string line, string[] names, int depth, SpecShape within)
    {
        var name = names[depth];
        if (within.Settings.Any(s => s.Name == name))
            return $"{Option(line)}: '{string.Join('.', names[..(depth + 1)])}' is a setting and has none of its own.";
        var place = depth == 0 ? "" : $" in '{string.Join('.', names[..depth])}'";
        return $"{Option(line)}: there is no setting '{name}'{place}.{SpecCheck.Nearest(name, within, meant => string.Join('.', [.. names[..depth], meant, .. names[(depth + 1)..]]))}";
    }
}
