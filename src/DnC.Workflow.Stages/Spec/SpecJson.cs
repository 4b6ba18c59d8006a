using System.Text.Json;
using System.Text.Json.Serialization;

namespace DnC.Workflow.Stages.Spec;

/// <summary>The one way specs, settings and metrics are written as JSON.</summary>
public static class SpecJson
{
    /// <summary>camelCase, comments and trailing commas read, nulls left out.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };
}
