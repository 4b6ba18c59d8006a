namespace DnC.Workflow.Cli;

/// <summary>What 'dnc' returns to the shell; documented in docs/commands.md.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The run failed or was cancelled: the message says which stage and why.</summary>
    public const int RunFailed = 1;

    /// <summary>A mistake in the command, the spec or the data: nothing was started.</summary>
    public const int UserError = 2;

    /// <summary>A defect of dnc itself: please report it.</summary>
    public const int Defect = 3;

    /// <summary>Stopped by Ctrl-C or SIGTERM after checkpoints: the same command goes on.</summary>
    public const int Stopped = 130;
}
