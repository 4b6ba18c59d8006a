using System.CommandLine;

namespace DnC.Workflow.Cli.Commands;

/// <summary>Options that name a place take no empty value: an unset variable in a script must not become the current folder, or a defect.</summary>
internal static class EmptyPaths
{
    /// <summary>Has every command refuse an empty value of every option whose help says that it is a place.</summary>
    /// <param name="root">All commands.</param>
    public static void Refuse(Command root)
    {
        foreach (var option in root.Subcommands.SelectMany(c => c.Options))
        {
            if (Expected(option.HelpName) is { } expected)
            {
                option.Validators.Add(result =>
                {
                    if (result.Tokens.Any(t => string.IsNullOrWhiteSpace(t.Value)))
                        result.AddError($"{option.Name} is empty; expected {expected}.");
                });
            }
        }
    }

    private static string? Expected(string? helpName) => helpName switch
    {
        "PATH" => "a folder of images",
        "DIR" or "FOLDER" => "a folder",
        "FILE" => "a file",
        "CONN" => "a connection string, or 'managed'",
        _ => null,
    };
}
