using System.Text.Json;
using Json.Schema;

namespace DnC.Workflow.Cli.Tests.Status;

/// <summary>docs/status.schema.json; its library allows a schema to be read once a process.</summary>
internal static class StatusSchema
{
    private static readonly JsonSchema Schema = JsonSchema.FromFile(Path.Combine(Repository.Root, "docs", "status.schema.json"));

    /// <summary>Null, or what is wrong with a report.</summary>
    public static string? Fault(JsonElement report)
    {
        var verdict = Schema.Evaluate(report, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return verdict.IsValid ? null : JsonSerializer.Serialize(verdict);
    }
}
