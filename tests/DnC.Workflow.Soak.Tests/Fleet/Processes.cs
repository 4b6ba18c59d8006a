using System.Globalization;
using System.Runtime.InteropServices;

namespace DnC.Workflow.Soak.Tests.Fleet;

/// <summary>Signals, and what /proc tells of processes.</summary>
public static partial class Processes
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends a signal. A process that is gone by now is no error; 0, which would be this one's whole group, is nobody.</summary>
    /// <returns>Whether there was somebody to send it to.</returns>
    public static bool Signal(int process, int signal) => process > 0 && Send(process, signal) == 0;

    /// <summary>The living children of a process.</summary>
    public static IReadOnlyList<int> ChildrenOf(int parent) =>
        [.. All().Where(p => Stat(p) is [var state, var of, ..] && state != "Z" && int.Parse(of, CultureInfo.InvariantCulture) == parent)];

    /// <summary>How many living processes were started with that in their environment.</summary>
    public static int CountMarked(string mark) => All().Count(p => Read(p, "environ").Split('\0').Contains(mark));

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(f => int.TryParse(Path.GetFileName(f), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0);

    // After the name in brackets, which may have anything in it: state, parent.
    private static string[] Stat(int process) => Read(process, "stat") is { Length: > 0 } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ') : [];

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or another user's.
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Send(int process, int signal);
}
