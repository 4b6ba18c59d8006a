namespace DnC.Workflow.Soak.Tests.Bench;

/// <summary>
/// A second host on this machine: a network namespace, joined to this one by a line that can be cut. Cut, nothing is refused and no
/// connection closed: packets are lost.
/// </summary>
public sealed class CutLine : IDisposable
{
    /// <summary>This side's address.</summary>
    public const string Here = "10.213.77.1";

    private const string There = "10.213.77.2";
    private readonly string _space;
    private readonly string _end;

    private CutLine(int number) => (_space, _end) = ($"dnc-{number}", $"dnc{number}h");

    /// <summary>Words before a program that shall run on the other host.</summary>
    public string[] Before => ["ip", "netns", "exec", _space];

    /// <summary>Makes it.</summary>
    /// <returns>Null, or why it cannot be.</returns>
    public static string? Make(out CutLine? line)
    {
        var made = new CutLine(Environment.ProcessId);
        line = null;
        if (!Environment.IsPrivilegedProcess)
            return "only root can make network namespaces";
        if (Shell.Try("ip", "netns", "add", made._space) is { } noSpace)
            return noSpace;
        var peer = made._end + "p";
        string[][] steps =
        [
            ["ip", "link", "add", made._end, "type", "veth", "peer", "name", peer],
            ["ip", "link", "set", peer, "netns", made._space],
            ["ip", "addr", "add", $"{Here}/30", "dev", made._end],
            ["ip", "link", "set", made._end, "up"],
            ["ip", "-n", made._space, "addr", "add", $"{There}/30", "dev", peer],
            ["ip", "-n", made._space, "link", "set", peer, "up"],
            ["ip", "-n", made._space, "link", "set", "lo", "up"],
        ];
        if (steps.Select(s => Shell.Try(s)).FirstOrDefault(why => why is not null) is { } refused)
        {
            made.Dispose();
            return refused;
        }

        line = made;
        return null;
    }

    /// <summary>Cuts the line.</summary>
    public void Cut() => Shell.Must("ip", "link", "set", _end, "down");

    /// <summary>Mends it.</summary>
    public void Mend() => Shell.Must("ip", "link", "set", _end, "up");

    // Its end of the line goes with the namespace.
    public void Dispose() => Shell.Must("ip", "netns", "del", _space);
}
