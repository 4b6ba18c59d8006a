namespace DnC.Workflow.Cli;

/// <summary>This program's command line as a person would type it again.</summary>
internal static class CommandLine
{
    /// <summary>How this program is started: through the checkout it was built in, or by its own name.</summary>
    public static string Program
    {
        get
        {
            var project = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));
            return File.Exists(Path.Combine(project, "DnC.Workflow.Cli.csproj"))
                ? $"dotnet run --project {Quoted(Path.GetRelativePath(Environment.CurrentDirectory, project))} -c Release --"
                : "dnc";
        }
    }

    /// <summary>The command that goes on with what this one does: the same, without what would start another run.</summary>
    public static string GoOn => Of(WithoutSecrets(Environment.GetCommandLineArgs().Skip(1)).Where(a => a is not ("--new" or "--detach")));

    /// <summary>A command with its arguments.</summary>
    public static string Of(params IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quoted).Prepend(Program));

    /// <summary>The same arguments without a connection string: whoever types them again gives it again, or has it in DNC_POSTGRES.</summary>
    public static IEnumerable<string> WithoutSecrets(IEnumerable<string> arguments)
    {
        var isSecret = false;
        foreach (var argument in arguments)
        {
            if (isSecret && argument != "managed")
                yield return "CONN";
            else if (Joined(argument) is { } value && value != "managed")
                yield return "--postgres=CONN";
            else
                yield return argument;
            isSecret = argument == "--postgres";
        }
    }

    /// <summary>The connection string of '--postgres=CONN' or '--postgres:CONN'; null where an argument is neither.</summary>
    public static string? Joined(string argument) =>
        argument.StartsWith("--postgres=", StringComparison.Ordinal) || argument.StartsWith("--postgres:", StringComparison.Ordinal) ? argument["--postgres=".Length..] : null;

    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_=./:,+@".Contains(c, StringComparison.Ordinal)) ? argument : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
