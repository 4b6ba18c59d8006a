using System.Text.RegularExpressions;

namespace DnC.Workflow.Report.Reading;

/// <summary>Messages of exceptions and reasons, fit to be shown to others: bounded, and without what opens a door.</summary>
internal static partial class FreeText
{
    private const int Longest = 400;

    // Of what no one will read, nothing is searched: the work is bounded, and what is shown lies far within.
    private const int Searched = 4000;

    /// <summary>The first line, passwords and tokens taken out, shortened.</summary>
    public static string Line(string text)
    {
        var line = text.AsSpan().TrimStart();
        line = line[..Math.Min(line.Length, Searched)];
        var end = line.IndexOf('\n');
        var shown = Hidden((end < 0 ? line : line[..end]).TrimEnd().ToString());
        return shown.Length <= Longest ? shown : shown[..(Longest - 1)] + "…";
    }

    /// <summary>As <see cref="Line"/>, of what may be none.</summary>
    public static string? LineOrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : Line(text);

    // Too much rather than too little: nobody escapes what a password has of '@', '/' or blanks.
    private static string Hidden(string line) => Setting().Replace(Credentials().Replace(line, "://…@"), "${name}=…");

    // Up to ';' or the end; a ';' between quotes, which are doubled within, belongs to the value.
    [GeneratedRegex("(?<name>password|pwd|passwd|secret|token|access_?key|api_?key)[\"']?\\s*[=:]\\s*(\"([^\"]|\"\")*(\"|$)|'([^']|'')*('|$))?[^;]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Setting();

    // 'user:' opens a password that goes to the last '@' of the line; a port opens none, and without either the address ends at a blank.
    [GeneratedRegex("://([^\\s/@:]*:(?![0-9]{1,5}(/|\\s)).*@|\\S*@)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Credentials();
}
