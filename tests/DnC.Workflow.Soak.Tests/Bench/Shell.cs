using System.ComponentModel;
using System.Diagnostics;

namespace DnC.Workflow.Soak.Tests.Bench;

/// <summary>Programs of the machine that faults are made with.</summary>
public static class Shell
{
    /// <summary>Runs a program.</summary>
    /// <returns>Null: it went well. Otherwise why it did not.</returns>
    public static string? Try(params string[] command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEnd();
            _ = output.GetAwaiter().GetResult();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"'{string.Join(' ', command)}' failed with exit code {process.ExitCode}: {errors.Trim()}";
        }
        catch (Win32Exception e)
        {
            return $"'{command[0]}' cannot be run: {e.Message}";
        }
    }

    /// <summary>Runs a program that has to succeed.</summary>
    public static void Must(params string[] command) => Assert.Null(Try(command));
}
