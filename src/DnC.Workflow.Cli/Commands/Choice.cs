using System.CommandLine;

namespace DnC.Workflow.Cli.Commands;

/// <summary>Options that take one of some words: a mistake is told in the words of the other messages.</summary>
internal static class Choice
{
    /// <summary>Lets an option take these words alone, and its help name them.</summary>
    /// <param name="option">The option.</param>
    /// <param name="words">Two or more.</param>
    public static Option<string> Among(this Option<string> option, params string[] words)
    {
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(t => !words.Contains(t.Value, StringComparer.Ordinal)) is { } other)
                result.AddError($"{option.Name} {other.Value}: expected {string.Join(", ", words[..^1])} or {words[^1]}.");
        });
        return option;
    }
}
