using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Stages.Keys;

/// <summary>
/// What a stage's result depends on, as one name: H(kind, version, the settings that change the result, digests of exactly what it reads).
/// Two stages with the same key have the same result, whatever their runs, names or numbers.
/// </summary>
public static class StageKey
{
    /// <summary>The key of a stage whose inputs are there.</summary>
    /// <param name="node">The stage as planned.</param>
    /// <param name="version">The executor's version.</param>
    /// <param name="inputDigests">SHA-256 of each input file by input name; those of skipped producers are left out.</param>
    /// <returns>64 hexadecimal digits.</returns>
    public static string Of(StageNode node, int version, IReadOnlyDictionary<string, string> inputDigests)
    {
        var text = new StringBuilder();
        text.Append("dnc-stage-key 1\nkind ").Append(node.Kind)
            .Append("\nversion ").Append(version.ToString(CultureInfo.InvariantCulture))
            .Append("\nsettings ");
        AppendCanonical(text, node.Settings);
        foreach (var (part, digest) in node.Data.OrderBy(d => d.Key, StringComparer.Ordinal))
            text.Append("\ndata ").Append(part).Append(' ').Append(digest);
        foreach (var (name, digest) in inputDigests.OrderBy(d => d.Key, StringComparer.Ordinal))
            text.Append("\ninput ").Append(name).Append(' ').Append(digest);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>JSON with sorted properties and no white space: equal values give equal text.</summary>
    public static string Canonical(JsonElement value)
    {
        var text = new StringBuilder();
        AppendCanonical(text, value);
        return text.ToString();
    }

    private static void AppendCanonical(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var property in value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    if (text[^1] != '{')
                        text.Append(',');
                    text.Append(JsonSerializer.Serialize(property.Name)).Append(':');
                    AppendCanonical(text, property.Value);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    if (text[^1] != '[')
                        text.Append(',');
                    AppendCanonical(text, item);
                }

                text.Append(']');
                break;
            case JsonValueKind.Number:
                // 1, 1.0 and 1e0 are one number.
                text.Append(value.TryGetInt64(out var whole)
                    ? whole.ToString(CultureInfo.InvariantCulture)
                    : value.GetDouble().ToString("R", CultureInfo.InvariantCulture));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
