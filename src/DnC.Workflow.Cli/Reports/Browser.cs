using System.ComponentModel;
using System.Diagnostics;

namespace DnC.Workflow.Cli.Reports;

/// <summary>The browser of whoever sits at this machine.</summary>
internal static class Browser
{
    /// <summary>Opens a file in it.</summary>
    /// <returns>Whether one could be started.</returns>
    public static bool Open(string path)
    {
        try
        {
            using var process = Process.Start(Program(path));
            return process is not null || OperatingSystem.IsWindows();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    private static ProcessStartInfo Program(string path) =>
        OperatingSystem.IsWindows() ? new ProcessStartInfo(path) { UseShellExecute = true }
        : OperatingSystem.IsMacOS() ? new ProcessStartInfo("open", [path])
        : new ProcessStartInfo(Environment.GetEnvironmentVariable("BROWSER") is { Length: > 0 } named ? named.Split(':')[0] : "xdg-open", [path]) { UseShellExecute = false, RedirectStandardError = true };
}
