using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DnC.Workflow.Stages.Spec;

/// <summary>Where and why a text is no JSON, as an editor counts.</summary>
public static partial class JsonMistake
{
    /// <summary>"line 4, column 13: 'x' is an invalid start of a value."; without a place where the parser tells none.</summary>
    /// <param name="mistake">What the parser threw; it counts lines from 0 and within a line UTF-8 bytes.</param>
    /// <param name="text">What it read.</param>
    public static string Describe(JsonException mistake, string text)
    {
        var reason = Place().Replace(mistake.Message, "");
        // Of the parser's inside, for its callers.
        if (reason.Contains("isFinalBlock", StringComparison.Ordinal))
            return "there is nothing in it; expected an object, { … }.";
        if (mistake is not { LineNumber: { } line, BytePositionInLine: { } position })
            return reason;
        var bytes = Encoding.UTF8.GetBytes(text.Split('\n').ElementAtOrDefault((int)line) ?? "");
        var column = Encoding.UTF8.GetCharCount(bytes, 0, (int)Math.Min(position, bytes.Length)) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, column {column}: {reason}");
    }

    [GeneratedRegex(@"\s*(?:Path: .* \| )?LineNumber: \d+ \| BytePositionInLine: \d+\.$", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
