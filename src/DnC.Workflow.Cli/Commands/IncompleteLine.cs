using System.CommandLine;
using System.CommandLine.Invocation;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Figures;

namespace DnC.Workflow.Cli.Commands;

/// <summary>A command that there is not, or one without what it needs: told in one sentence, with the line to type instead.</summary>
internal static class IncompleteLine
{
    /// <exception cref="UserInputException">It is one of them.</exception>
    public static void Refuse(ParseResult parsed)
    {
        if (parsed.Action is not ParseErrorAction)
            return;
        var command = parsed.CommandResult.Command;
        if (command is RootCommand && parsed.UnmatchedTokens is [var word, ..] && !word.StartsWith('-'))
            throw new UserInputException($"There is no command '{word}'. {Instead(word, command)}");
        if (Missing(parsed, command) is { } missing)
            throw new UserInputException($"dnc {command.Name} needs {Noun(missing)}: dnc {command.Name} {string.Join(' ', Needed(command).Select(Typed))}");
    }

    // Of a short word half the letters are another word.
    private static string Instead(string word, Command root) =>
        NearName.Of(word, root.Subcommands.Select(c => c.Name), most: Math.Min(3, word.Length / 2)) is { } meant ? $"Did you mean '{meant}'?" : "'dnc --help' lists those there are.";

    private static Symbol? Missing(ParseResult parsed, Command command) => Needed(command).FirstOrDefault(s => s switch
    {
        Argument argument => parsed.GetResult(argument) is null or { Tokens.Count: 0 },
        Option option => parsed.GetResult(option) is null or { Implicit: true },
        _ => false,
    });

    private static IEnumerable<Symbol> Needed(Command command) => [.. command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0 && !a.HasDefaultValue), .. command.Options.Where(o => o.Required)];

    private static string Noun(Symbol symbol) => symbol.Name switch
    {
        "SPEC" => "a spec",
        "RUN" => "a run",
        "STAGE" => "a stage",
        "MODEL" => "a model",
        "IMAGE" => "an image",
        "--data" => "a folder of images",
        "--out" => "a file to write",
        "--index" => "a table of features",
        var name => name,
    };

    private static string Typed(Symbol symbol) => symbol switch
    {
        { Name: "SPEC" } => "workflows/uncurated-small.json --data FOLDER",
        { Name: "--data" } => "--data FOLDER",
        Option option => $"{option.Name} {option.HelpName}",
        _ => symbol.Name,
    };
}
