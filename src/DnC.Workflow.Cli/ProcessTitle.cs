using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace DnC.Workflow.Cli;

/// <summary>What 'ps' shows of this process.</summary>
internal static class ProcessTitle
{
    /// <summary>
    /// Blots a connection string out of the command line that everybody on the machine can read. Linux keeps that in the process's own memory;
    /// elsewhere nothing happens, and DNC_POSTGRES is the way.
    /// </summary>
    public static void HideConnection(IReadOnlyList<string> arguments)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var secrets = arguments.Skip(1).Where((_, i) => arguments[i] == "--postgres")
            .Concat(arguments.Select(CommandLine.Joined).OfType<string>())
            .Where(a => a is not ("" or "managed"));
        foreach (var secret in secrets)
            Blot(Encoding.UTF8.GetBytes(secret));
    }

    private static void Blot(byte[] secret)
    {
        byte[] shown;
        long start;
        try
        {
            shown = File.ReadAllBytes("/proc/self/cmdline");

            // Field 48, counted from after the program's name, which may hold anything.
            var stat = File.ReadAllText("/proc/self/stat");
            start = long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[48 - 3], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return; // no /proc: then nobody reads it there either
        }

        var at = shown.AsSpan().IndexOf(secret);
        if (at >= 0 && start != 0)
            Marshal.Copy(Enumerable.Repeat((byte)'*', secret.Length).ToArray(), 0, new nint(start + at), secret.Length);
    }
}
