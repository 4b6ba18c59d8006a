namespace DnC.Workflow.Cli.Commands;

/// <summary>The command that goes on with what another one began.</summary>
internal static class GoOn
{
    /// <summary>The same command, ready for a shell, without what would start another run.</summary>
    /// <param name="arguments">What this process was given.</param>
    public static string With(IEnumerable<string> arguments) =>
        "dnc " + string.Join(' ', arguments.Where(a => a != "--new").Select(Quoted));

    private static string Quoted(string argument) => argument.Length > 0 && argument.All(c => char.IsLetterOrDigit(c) || "-_./=:,+@".Contains(c, StringComparison.Ordinal))
        ? argument
        : "'" + argument.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
