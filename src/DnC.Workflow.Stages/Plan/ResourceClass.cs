namespace DnC.Workflow.Stages.Plan;

/// <summary>Names of resource classes. Each is a queue's name and part of a command line.</summary>
public static class ResourceClass
{
    /// <summary>What a name looks like, as a regular expression that JSON Schema and .NET share.</summary>
    public const string Pattern = "^[a-z0-9_-]{1,64}$";

    /// <summary>The same for people.</summary>
    public const string Words = "a name of a-z, 0-9, '-' and '_'";

    private const int MaxLength = 64;

    /// <summary>Whether a text is such a name.</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
