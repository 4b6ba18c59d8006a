using System.Text.Json;
using System.Text.Json.Nodes;

namespace DnC.Workflow.Stages.Spec;

/// <summary>The published JSON Schema, which editors complete from: walked from the same shape as the reader.</summary>
public static class SpecSchema
{
    /// <summary>JSON Schema 2020-12 of a spec file.</summary>
    public static JsonObject Build()
    {
        var spec = Object(SpecShape.Root);
        var properties = (JsonObject)spec["properties"]!;
        properties.Insert(0, "$schema", new JsonObject { ["type"] = "string", ["description"] = "This schema, for editors." });
        properties["preset"] = new JsonObject { ["type"] = "string", ["description"] = "The preset that applies when none is named on the command line." };
        properties["presets"] = new JsonObject
        {
            ["type"] = "object",
            ["description"] = "Named sets of settings laid over the rest of the file.",
            ["additionalProperties"] = Object(SpecShape.Root),
        };
        spec.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        spec.Insert(1, "title", "DnC.Workflow run spec");
        return spec;
    }

    /// <summary>The schema as text.</summary>
    public static string Text() => Build().ToJsonString(SpecJson.Indented) + "\n";

    private static JsonObject Object(SpecShape shape)
    {
        var properties = new JsonObject();
        foreach (var setting in shape.Settings)
            properties[setting.Name] = setting.Kind == SpecKind.Object ? Object(setting) : Leaf(setting);
        return new JsonObject { ["type"] = "object", ["description"] = shape.Text, ["properties"] = properties, ["additionalProperties"] = false };
    }

    private static JsonObject Leaf(SpecShape setting)
    {
        var plain = Plain(setting.Kind == SpecKind.List ? SpecShape.KindOf(setting.Type) : setting.Kind, setting);
        var leaf = setting.Kind == SpecKind.List ? new JsonObject { ["type"] = "array", ["items"] = plain } : plain;
        leaf["description"] = setting.Text;
        if (setting.Default is not null)
            leaf["default"] = JsonSerializer.SerializeToNode(setting.Default, SpecJson.Options);
        return leaf;
    }

    private static JsonObject Plain(SpecKind kind, SpecShape setting)
    {
        var plain = new JsonObject
        {
            ["type"] = kind switch
            {
                SpecKind.Text => "string",
                SpecKind.Flag => "boolean",
                SpecKind.Whole => "integer",
                _ => "number",
            },
        };
        if (setting.Choice is { } choice)
            plain["enum"] = new JsonArray([.. choice.Words.Select(w => JsonValue.Create(w))]);
        if (setting.Pattern is { } form)
            plain["pattern"] = form.Pattern;
        if (setting.Range is { } range)
        {
            plain[range.ExclusiveMin ? "exclusiveMinimum" : "minimum"] = range.Min;
            plain["maximum"] = range.Max;
        }

        return plain;
    }
}
