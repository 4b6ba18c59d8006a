using System.Diagnostics;
using System.Text;

namespace DnC.Workflow.Report.Tests.Tour;

/// <summary>The program on a terminal of 80 columns, which util-linux's 'script' stands for.</summary>
internal static class TerminalRecording
{
    private const string Script = "/usr/bin/script";

    /// <summary>Skips the test where there is no terminal to be had.</summary>
    public static void Require() => Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Script), $"no terminal: {Script} does not exist");

    /// <summary>Runs a command to its end.</summary>
    /// <param name="folder">Where it is typed.</param>
    /// <param name="arguments">Of 'dnc'; without blanks or quotes.</param>
    /// <returns>Its exit code, and all that it wrote to the terminal.</returns>
    public static (int Code, string Written) Run(string folder, string arguments)
    {
        var start = new ProcessStartInfo(Script, ["-qec", $"stty cols 80 rows 40; exec {Path.Combine(AppContext.BaseDirectory, "dnc")} {arguments}", "/dev/null"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        start.Environment["TERM"] = "xterm-256color";
        foreach (var name in (string[])["NO_COLOR", "DNC_POSTGRES", "DNC_ARTIFACTS"])
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var written = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, written);
    }
}
