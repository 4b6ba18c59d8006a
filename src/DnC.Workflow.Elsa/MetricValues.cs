using System.Text.Json;

namespace DnC.Workflow.Elsa;

/// <summary>JSON as the plain values that expressions of a workflow read.</summary>
internal static class MetricValues
{
    /// <summary>An object's members by name.</summary>
    public static IDictionary<string, object>? Of(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object ? (IDictionary<string, object>?)Value(json) : null;

    /// <summary>What is serialized, as plain values.</summary>
    public static object? Of<T>(T value, JsonSerializerOptions options) => Value(JsonSerializer.SerializeToElement(value, options));

    private static object? Value(JsonElement json) => json.ValueKind switch
    {
        // What is null is left out: a reader asks for it by name either way.
        JsonValueKind.Object => json.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null)
            .ToDictionary(p => p.Name, p => Value(p.Value)!, StringComparer.Ordinal),
        JsonValueKind.Array => json.EnumerateArray().Select(Value).ToList(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetInt64(out var whole) ? whole : json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
