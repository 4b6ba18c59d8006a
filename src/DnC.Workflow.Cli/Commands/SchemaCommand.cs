using System.CommandLine;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Cli.Commands;

/// <summary>'dnc schema': the spec's JSON Schema, or its reference as Markdown.</summary>
internal static class SchemaCommand
{
    public static Command Build()
    {
        var reference = new Option<bool>("--reference") { Description = "The reference in Markdown instead." };
        var file = new Option<string?>("--out") { Description = "Write there instead of to standard output.", HelpName = "FILE" };
        var command = new Command("schema", "Print the JSON Schema of the run spec.") { reference, file };
        command.SetAction(parsed =>
        {
            var text = parsed.GetValue(reference) ? SpecReference.Text() : SpecSchema.Text();
            try
            {
                if (parsed.GetValue(file) is { } path)
                    File.WriteAllText(path, text);
                else
                    Console.Out.Write(text);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new UserInputException($"--out '{parsed.GetValue(file)}' cannot be written: {e.Message} Name another file, or leave --out away to have it printed.", e);
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
