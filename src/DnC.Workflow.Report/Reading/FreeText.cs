using System.Text.RegularExpressions;

namespace DnC.Workflow.Report.Reading;

/// <summary>Messages of exceptions and reasons, fit to be shown to others: bounded, and without what opens a door.</summary>
internal static partial class FreeText
{
    private const int Longest = 400;

    // The way out stands at the end, behind lists of files: of what is too long, the middle goes.
    private const int End = 160;
    private const string Gap = " … ";
    private const int LongestWord = 30;

    // Of what no one will read, nothing is searched: the work is bounded, and what is shown lies far within.
    private const int Searched = 4000;

    /// <summary>The first line, passwords and tokens taken out, its middle shortened.</summary>
    public static string Line(string text)
    {
        var line = text.AsSpan().TrimStart();
        var cut = line.Length > Searched;
        line = line[..Math.Min(line.Length, Searched)];
        var end = line.IndexOf('\n');
        var shown = Hidden((end < 0 ? line : line[..end]).TrimEnd().ToString());
        return shown.Length <= Longest ? shown : cut && end < 0 ? shown[..(Longest - 1)] + "…" : WithoutMiddle(shown);
    }

    /// <summary>As <see cref="Line"/>, of what may be none.</summary>
    public static string? LineOrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : Line(text);

    // Between words, where there are any.
    private static string WithoutMiddle(string line)
    {
        var (head, tail) = (line[..(Longest - End - Gap.Length)], line[^End..]);
        var (last, first) = (head.LastIndexOf(' '), tail.IndexOf(' ', StringComparison.Ordinal));
        return (last > head.Length - LongestWord ? head[..last] : head) + Gap + (first is >= 0 and < LongestWord ? tail[(first + 1)..] : tail);
    }

    // Too much rather than too little: nobody escapes what a password has of '@', '/' or blanks.
    private static string Hidden(string line) => Setting().Replace(Credentials().Replace(line, "://…@"), "${name}=…");

    // Up to ';' or the end; a ';' between quotes, which are doubled within, belongs to the value.
    [GeneratedRegex("(?<name>password|pwd|passwd|secret|token|access_?key|api_?key)[\"']?\\s*[=:]\\s*(\"([^\"]|\"\")*(\"|$)|'([^']|'')*('|$))?[^;]*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Setting();

    // 'user:' opens a password that goes to the last '@' of the line; a port opens none, and without either the address ends at a blank.
    [GeneratedRegex("://([^\\s/@:]*:(?![0-9]{1,5}(/|\\s)).*@|\\S*@)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Credentials();
}
