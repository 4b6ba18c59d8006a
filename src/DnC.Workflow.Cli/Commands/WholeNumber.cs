using System.CommandLine;
using System.Globalization;

namespace DnC.Workflow.Cli.Commands;

/// <summary>Options that take a whole number: a mistake is told with what was expected, in the words of the other messages.</summary>
internal static class WholeNumber
{
    /// <summary>One that has a value when it is left out.</summary>
    /// <param name="name">'--priority'.</param>
    /// <param name="description">For the help.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="expected">What a message says that it takes.</param>
    public static Option<int> Option(string name, string description, int least, string expected) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(result, name, least, int.MaxValue, expected) ?? 0,
    };

    /// <summary>One that may be left out.</summary>
    /// <param name="name">'--keep-days'.</param>
    /// <param name="description">For the help.</param>
    /// <param name="most">The most that it may be.</param>
    public static Option<int?> Optional(string name, string description, int most) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => Parse(result, name, 0, most, string.Create(CultureInfo.InvariantCulture, $"a number from 0 to {most}")),
    };

    private static int? Parse(System.CommandLine.Parsing.ArgumentResult result, string name, int least, int most, string expected)
    {
        if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        result.AddError($"{name} {string.Join(' ', result.Tokens.Select(t => t.Value))}: expected {expected}.");
        return null;
    }
}
