using System.Text.RegularExpressions;

namespace DnC.Workflow.Cli.Tests.Docs;

/// <summary>A page of the documentation.</summary>
/// <param name="Name">Relative to the checkout, with '/'.</param>
/// <param name="Text">Whole.</param>
internal sealed partial record DocPage(string Name, string Text)
{
    /// <summary>Commands in code blocks that start this program, without what starts it and without a comment behind.</summary>
    public IReadOnlyList<string> Typed =>
        [.. Blocks().Matches(Text).SelectMany(b => b.Groups["code"].Value.Split(['\n', ';'])).Select(Started).OfType<string>()];

    /// <summary><see cref="Typed"/>, and the commands within sentences and tables; a word that stands for several is none.</summary>
    public IReadOnlyList<string> Commands =>
        [.. Typed, .. Inline().Matches(Blocks().Replace(Text, "")).Select(m => Started(m.Groups["code"].Value.Replace("\\|", "|", StringComparison.Ordinal).ReplaceLineEndings(" "))).OfType<string>()];

    /// <summary>Headings as links name them.</summary>
    public IReadOnlySet<string> Anchors =>
        Headings().Matches(Text).Select(h => NoAnchor().Replace(h.Groups["title"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')).ToHashSet(StringComparer.Ordinal);

    /// <summary>Where links and pictures lead to, but for other sites.</summary>
    public IReadOnlyList<string> Links =>
        [.. Targets().Matches(Blocks().Replace(Text, "")).Select(m => m.Groups["target"].Value).Where(t => !t.Contains("://", StringComparison.Ordinal))];

    private static string? Started(string line) =>
        Start().Match(line.Trim()) is { Success: true } start && start.Groups["rest"].Value is { Length: > 0 } rest && char.IsAsciiLetterLower(rest[0]) ? rest.TrimEnd(' ', '&') : null;

    [GeneratedRegex("^```[a-z]*\\n(?<code>.*?)^ *```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Blocks();

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Inline();

    [GeneratedRegex("^([A-Z_]+=\\S+ )*(dnc|… --|dotnet run --project src/DnC\\.Workflow\\.Cli -c Release --) (?<rest>[^#]*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Start();

    [GeneratedRegex("^#+ (?<title>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Headings();

    [GeneratedRegex("[^\\w\\- ]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NoAnchor();

    [GeneratedRegex("\\]\\((?<target>[^)\\s]+)\\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Targets();
}

/// <summary>The pages of the checkout.</summary>
internal static class DocPages
{
    public static IReadOnlyList<DocPage> All { get; } =
    [
        .. new[] { "README.md", "CONTRIBUTING.md" }
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "bench"), "*.md"))
                .Select(f => Path.GetRelativePath(Repository.Root, f).Replace('\\', '/')).Order(StringComparer.Ordinal))
            .Select(n => new DocPage(n, File.ReadAllText(Path.Combine(Repository.Root, n)).ReplaceLineEndings("\n"))),
    ];

    public static DocPage Read(string name) => All.Single(p => p.Name == name);
}
