namespace DnC.Workflow.Runtime.Execute.Child;

/// <summary>What a child's exit code says about its death. .NET reports a death by signal n as 128 + n.</summary>
public static class ExitSignal
{
    /// <summary>A sentence about a child that ended without its last message.</summary>
    public static string Describe(int exitCode) => exitCode switch
    {
        128 + 4 => "was ended by SIGILL (an instruction that this processor lacks)",
        128 + 6 => "was ended by SIGABRT (native code gave up)",
        128 + 7 => "was ended by SIGBUS (a mapped file shrank, or memory failed)",
        128 + 8 => "was ended by SIGFPE",
        128 + 9 => "was ended by SIGKILL (nobody here sent it: most likely the system ran out of memory)",
        128 + 11 => "was ended by SIGSEGV (a crash in native code)",
        128 + 15 => "was ended by SIGTERM",
        128 + 24 => "was ended by SIGXCPU (its limit of processor time)",
        128 + 25 => "was ended by SIGXFSZ (its limit of file size)",
        > 128 and < 128 + 65 => $"was ended by signal {exitCode - 128}",
        _ => $"ended with exit code {exitCode} and without a result",
    };
}
