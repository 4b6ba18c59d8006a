using System.Globalization;

namespace DnC.Workflow.Bench.Durability;

/// <summary>CPU seconds from Linux's /proc.</summary>
public static class ProcessTimes
{
    // USER_HZ, which the kernel's interface fixes at 100.
    private const double TicksPerSecond = 100;

    /// <summary>Of a process, its children now, and all of its children that have ended and been waited for.</summary>
    public static double TreeOf(int pid)
    {
        var sum = Read(pid, withEnded: true);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var other) && Parent(other) == pid)
                sum += Read(other, withEnded: true);
        }

        return sum;
    }

    private static int Parent(int pid) => Fields(pid) is { } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;

    // After the name: state 0, parent 1, …, utime 11, stime 12, and those of ended children 13, 14.
    private static double Read(int pid, bool withEnded) =>
        Fields(pid) is { } fields ? fields[11..(withEnded ? 15 : 13)].Sum(f => double.Parse(f, CultureInfo.InvariantCulture)) / TicksPerSecond : 0;

    private static string[]? Fields(int pid)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // it has ended
        }
    }
}
