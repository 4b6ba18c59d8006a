using System.Diagnostics;
using DnC.Workflow.Soak.Tests.Bench;

namespace DnC.Workflow.Soak.Tests.Fleet;

/// <summary>How a worker's or pacer's process is started.</summary>
/// <param name="Role">What the test host is told to be.</param>
/// <param name="Files">Its script is 'FILES.script.json', its standard error 'FILES.errors'.</param>
/// <param name="Before">Words before the program: 'ip netns exec NAME'.</param>
/// <param name="Environment">Added variables: a clock that is off.</param>
public sealed record ProcessStart(string Role, string Files, IReadOnlyList<string> Before, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Its script, to be there before it is started.</summary>
    public string ScriptFile => Files + ".script.json";
}

/// <summary>A worker or pacer as a service manager keeps it: its process is started again whenever it ends, until it shall stop.</summary>
public sealed class KeptProcess
{
    /// <summary>The service manager's wait before it starts one again that ended.</summary>
    private static readonly TimeSpan RestartDelay = TimeSpan.FromMilliseconds(100);

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "DnC.Workflow.Runtime.TestHost");
    private readonly ProcessStart _start;
    private readonly Action _told;
    private readonly Task _kept;
    private volatile bool _stopping;
    private volatile State _state = new(0, null);
    private int _starts;
    private int _points;

    /// <summary>Starts it.</summary>
    /// <param name="name">For people.</param>
    /// <param name="start">How.</param>
    /// <param name="told">Told of each point of an attempt.</param>
    public KeptProcess(string name, ProcessStart start, Action told)
    {
        (Name, _start, _told) = (name, start, told);
        _kept = Keep();
    }

    public string Name { get; }

    /// <summary>Its process now; 0 between two.</summary>
    public int Process => _state.Process;

    /// <summary>Its name in the ledger, of a pacer as one who holds answers; null until it serves.</summary>
    public string? Engine => _state.Engine;

    /// <summary>How often its process was started.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>Points of attempts that its processes told of.</summary>
    public int Points => Volatile.Read(ref _points);

    /// <summary>Exit code of the last process that ended.</summary>
    public int LastExit { get; private set; }

    /// <summary>What it wrote on standard error.</summary>
    public string Log => _start.Files + ".errors";

    /// <summary>Sends a signal to its process, where there is one.</summary>
    public void Signal(int signal) => Processes.Signal(Process, signal);

    /// <summary>The processes of its stages.</summary>
    public IReadOnlyList<int> Children() => Process is > 0 and var process ? Processes.ChildrenOf(process) : [];

    /// <summary>SIGTERM, and no other process after it.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        Signal(Processes.Terminate);
        await _kept;
    }

    private async Task Keep()
    {
        while (!_stopping)
        {
            string[] command = [.. _start.Before, Program, _start.Role, _start.ScriptFile];
            var info = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            foreach (var (name, value) in _start.Environment)
                info.Environment[name] = value;
            using var process = System.Diagnostics.Process.Start(info)!;
            Interlocked.Increment(ref _starts);
            _state = new State(process.Id, null);

            // Told to stop between the two: nobody has sent it the signal.
            if (_stopping)
                Signal(Processes.Terminate);
            await Task.WhenAll(Listen(process), CopyErrors(process));
            await process.WaitForExitAsync();
            _state = new State(0, null);
            LastExit = process.ExitCode;
            if (!_stopping)
                await Wait.Lasting(RestartDelay, CancellationToken.None);
        }
    }

    private async Task Listen(Process process)
    {
        const string serves = "serves as ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(serves, StringComparison.Ordinal))
                _state = new State(process.Id, line[serves.Length..]);
            if (!line.StartsWith("point ", StringComparison.Ordinal))
                continue;
            Interlocked.Increment(ref _points);
            _told();
        }
    }

    private async Task CopyErrors(Process process)
    {
        await using var log = new FileStream(Log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await process.StandardError.BaseStream.CopyToAsync(log);
    }

    private sealed record State(int Process, string? Engine);
}
