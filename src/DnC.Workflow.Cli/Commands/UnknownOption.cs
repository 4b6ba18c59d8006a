using System.CommandLine;
using System.CommandLine.Parsing;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Cli.Commands;

/// <summary>
/// An option that a command has not, where the command takes an argument: the parser takes the option for the argument and then blames
/// whatever comes after it.
/// </summary>
internal static class UnknownOption
{
    /// <exception cref="UserInputException">There is one.</exception>
    public static void Refuse(ParseResult parsed)
    {
        if (parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash))
            return;
        var argument = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).FirstOrDefault(t => t.Value.StartsWith("--", StringComparison.Ordinal));
        if (argument is null)
            return;
        var command = parsed.CommandResult.Command;
        var known = string.Join(", ", command.Options.Where(o => o is not System.CommandLine.Help.HelpOption).Select(o => o.Name));
        throw new UserInputException($"'{argument.Value}' is no option of 'dnc {command.Name}', which has {known}.");
    }
}
