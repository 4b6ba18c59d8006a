using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace DnC.Workflow.Cli.Commands;

/// <summary>The list of commands with brackets around arguments that may be left out, as each command's own help has them.</summary>
/// <param name="help">The usual help.</param>
internal sealed class OptionalArguments(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Puts it in the place of a command's help.</summary>
    public static void Show(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new OptionalArguments((HelpAction)option.Action!);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var configuration = parseResult.InvocationConfiguration;
        var output = configuration.Output;
        using var text = new StringWriter();
        configuration.Output = text;
        var code = help.Invoke(parseResult);
        configuration.Output = output;
        output.Write(parseResult.CommandResult.Command.Subcommands.Aggregate(text.ToString(), Bracketed));
        return code;
    }

    private static string Bracketed(string text, Command command) => command.Arguments is [{ Arity.MinimumNumberOfValues: 0 } only]
        ? text.Replace($"  {command.Name} <{only.Name}>  ", $"  {command.Name} [<{only.Name}>]", StringComparison.Ordinal)
        : text;
}
