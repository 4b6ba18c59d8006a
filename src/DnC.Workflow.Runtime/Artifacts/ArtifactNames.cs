using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>Names that cannot leave their folder: segments of letters, digits, '-', '_' and '.', none of which starts with '.'.</summary>
public static class ArtifactNames
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Whether a relative location or file name is one: at least one segment, split by '/', each of allowed characters.</summary>
    public static bool IsSafe(string name) =>
        name.Length is > 0 and < 1024 && name.Split('/').All(s => s.Length is > 0 and < 200 && s[0] != '.' && !s.AsSpan().ContainsAnyExcept(Allowed));

    /// <summary>The path of a safe name below a root.</summary>
    /// <exception cref="ArgumentException">The name is not safe.</exception>
    public static string Under(string root, string name) => IsSafe(name)
        ? Path.Combine(root, name.Replace('/', Path.DirectorySeparatorChar))
        : throw new ArgumentException(
            $"'{name}' is no name for an artifact: letters, digits, '-', '_', '.', with '/' between segments that do not start with '.'.", nameof(name));

    /// <summary>A stage's name as one segment: 'expert[3]' → 'expert-3-' and eight digits that keep different names apart.</summary>
    public static string Segment(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (Allowed.Contains(c) && !char.IsAsciiLetterUpper(c) && (c != '.' || text.Length > 0))
                text.Append(c);
            else if (text.Length > 0 && text[^1] != '-')
                text.Append('-');
        }

        // Upper case counts as different: some file systems fold it.
        if (text.Length is > 0 and < 80 && text.Equals(name))
            return name;
        text.Length = Math.Min(text.Length, 80);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 4));
        return text.Length > 0 && text[^1] == '-' ? $"{text}{digest}" : $"{text}-{digest}";
    }
}
