using System.Text;
using System.Text.RegularExpressions;
using DnC.Workflow.Images.Formats.Tar;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>
/// A pattern of a data part, as the spec gives it: a path inside the data folder with '*' and '?' for characters of a name and '**' for
/// folders. It never leads out of the folder.
/// </summary>
internal sealed class PartPattern
{
    private readonly Regex _whole;
    private readonly Regex _below;

    /// <summary>Checks a pattern.</summary>
    /// <param name="key">The spec's key, for messages: <c>data.train</c>.</param>
    /// <param name="text">The pattern.</param>
    /// <exception cref="UserInputException">It is empty, absolute, or leads out of the folder.</exception>
    public PartPattern(string key, string text)
    {
        var parts = text.Split('/');
        if (text.Trim().Length == 0 || text.StartsWith('/') || text.Contains('\\', StringComparison.Ordinal) || text.Any(char.IsControl)
            || parts.Contains("..", StringComparer.Ordinal) || (text.Length > 1 && text[1] == ':'))
        {
            throw new UserInputException(
                $"{key} is '{TarRefusal.Shown(text)}': expected is a pattern inside the data folder, such as 'pretrain-*.tar' or 'train/**', "
                + "with '/' between folders, without '..' and not absolute.");
        }
        (Key, Text) = (key, text);
        parts = [.. parts.Where(part => part is not ("" or "."))];
        Root = string.Concat(parts.TakeWhile(part => !part.AsSpan().ContainsAny('*', '?')).Select(part => part + "/"));
        var expression = Expression(parts);
        _whole = new Regex($"^{expression}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        _below = new Regex($"^{expression}/", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <summary>The spec's key.</summary>
    public string Key { get; }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>The folder down to the first wildcard, with a '/' behind it; empty for the data folder itself. Classes are named below it.</summary>
    public string Root { get; }

    /// <summary>Whether a file is meant, by its path relative to the data folder.</summary>
    public bool Matches(string file) => _whole.IsMatch(file);

    /// <summary>Whether a file lies in a folder that is meant.</summary>
    public bool Holds(string file) => _below.IsMatch(file);

    private static string Expression(string[] parts)
    {
        var text = new StringBuilder();
        for (var i = 0; i < parts.Length; i++)
        {
            var last = i == parts.Length - 1;
            if (parts[i] == "**")
            {
                text.Append(last ? ".*" : "(?:[^/]+/)*");
                continue;
            }
            foreach (var c in parts[i])
                text.Append(c switch { '*' => "[^/]*", '?' => "[^/]", _ => Regex.Escape(c.ToString()) });
            if (!last) text.Append('/');
        }
        return text.ToString();
    }
}
