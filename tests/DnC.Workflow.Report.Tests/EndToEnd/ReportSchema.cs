using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using DnC.Workflow.Cli.Tests;
using DnC.Workflow.Report.Facts;
using Json.Schema;

namespace DnC.Workflow.Report.Tests.EndToEnd;

/// <summary>docs/report.schema.json; its library allows a schema to be read once a process.</summary>
internal static class ReportSchema
{
    private static readonly Lazy<JsonSchema> Schema = new(() => JsonSchema.FromFile(Path));

    public static string Path => System.IO.Path.Combine(Repository.Root, "docs", "report.schema.json");

    /// <summary>Null, or what is wrong with a record.</summary>
    public static string? Fault(JsonElement facts)
    {
        var verdict = Schema.Value.Evaluate(facts, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return verdict.IsValid ? null : JsonSerializer.Serialize(verdict);
    }

    /// <summary>The schema as the record's types have it.</summary>
    public static string Generated()
    {
        var options = new JsonSerializerOptions(RunFacts.Shape) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };
        var node = options.GetJsonSchemaAsNode(typeof(RunFacts), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Closed });
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "dnc report --format json",
            ["description"] = "A contract: properties are added, never changed or removed.",
        };
        foreach (var (name, value) in node.AsObject().ToList())
        {
            node.AsObject().Remove(name);
            schema[name] = value;
        }

        return schema.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
    }

    // What a record does not have is no part of the contract.
    private static JsonNode Closed(JsonSchemaExporterContext context, JsonNode node)
    {
        if (context.TypeInfo.Kind == System.Text.Json.Serialization.Metadata.JsonTypeInfoKind.Object && node is JsonObject schema && schema.ContainsKey("properties"))
            schema["additionalProperties"] = false;
        return node;
    }
}
