using Spectre.Console;

namespace DnC.Workflow.Cli;

/// <summary>Where a command writes: results to standard output, news and errors to standard error.</summary>
/// <param name="Out">Results and progress.</param>
/// <param name="Error">Errors.</param>
/// <param name="Time">The clock of what is shown.</param>
internal sealed record Terminals(IAnsiConsole Out, IAnsiConsole Error, TimeProvider Time)
{
    private const int PipeWidth = 100_000;

    /// <summary>Whether both are the same place, so that what one of them has been told stands above the other's lines, too.</summary>
    public bool AreOne { get; init; }

    /// <summary>This process's own; colours only on a terminal and without NO_COLOR.</summary>
    public static Terminals Own()
    {
        var error = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        var console = AnsiConsole.Console;
        // In a pipe a line is a line, however long.
        if (Console.IsOutputRedirected)
            console.Profile.Width = PipeWidth;
        if (Console.IsErrorRedirected)
            error.Profile.Width = PipeWidth;
        return new Terminals(console, error, TimeProvider.System) { AreOne = IsSamePlace() };
    }

    // Terminal, file or pipe: on Linux the links of both descriptors say what they are open on.
    private static bool IsSamePlace() => OperatingSystem.IsLinux()
        ? new FileInfo("/proc/self/fd/1").LinkTarget is { } place && place == new FileInfo("/proc/self/fd/2").LinkTarget
        : !Console.IsOutputRedirected && !Console.IsErrorRedirected;
}
