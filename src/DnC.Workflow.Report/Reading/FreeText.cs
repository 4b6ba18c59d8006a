using System.Text.RegularExpressions;

namespace DnC.Workflow.Report.Reading;

/// <summary>Messages of exceptions and reasons, fit to be shown to others: bounded, and without what opens a door.</summary>
internal static partial class FreeText
{
    private const int Longest = 400;

    /// <summary>The first line, shortened, passwords and tokens taken out.</summary>
    public static string Line(string text)
    {
        var line = Hidden(text.Split('\n', 2)[0].Trim());
        return line.Length <= Longest ? line : line[..(Longest - 1)] + "…";
    }

    /// <summary>As <see cref="Line"/>, of what may be none.</summary>
    public static string? LineOrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : Line(text);

    /// <summary>The text with passwords of connection strings and addresses taken out.</summary>
    public static string Hidden(string text) => Credentials().Replace(Setting().Replace(text, "${name}=…"), "${scheme}…@");

    [GeneratedRegex("(?<name>password|pwd|passwd|secret|token|access_?key|api_?key)\\s*[=:]\\s*(\"[^\"]*\"|'[^']*'|[^;,\\s]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Setting();

    [GeneratedRegex("(?<scheme>[a-z][a-z0-9+.-]*://)[^\\s/@]+@", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Credentials();
}
