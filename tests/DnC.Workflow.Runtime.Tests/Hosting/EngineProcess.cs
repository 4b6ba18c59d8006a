using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.TestHost;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>An engine in a process of its own, which a test may kill.</summary>
public sealed partial class EngineProcess : IDisposable
{
    private const int Sigterm = 15;
    private readonly Process _process;
    private readonly Task<string> _errors;

    private EngineProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>Lines read so far.</summary>
    public List<string> Lines { get; } = [];

    public static EngineProcess Start(EngineScript script, params string[] before)
    {
        var file = script.Root + ".script.json";
        script.Write(file);
        return Start([.. before, TestHostCommand.Program, "engine", file]);
    }

    public static EngineProcess Start(WorkerScript script)
    {
        var file = script.Work + ".script.json";
        script.Write(file);
        return Start([TestHostCommand.Program, "worker", file]);
    }

    private static EngineProcess Start(string[] command)
    {
        return new EngineProcess(Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!);
    }

    public static StageNode Stage<T>(string name, string kind, T settings, params string[] inputs) => new()
    {
        Name = name,
        Kind = kind,
        Resource = "cpu",
        Settings = JsonSerializer.SerializeToElement(settings, SpecJson.Options),
        Inputs = [.. inputs.Select(i => new StageInput(i, i, "result.txt"))],
    };

    /// <summary>Reads what it tells until a line starts so.</summary>
    /// <returns>False: it ended before.</returns>
    public bool ReadUntil(string start)
    {
        while (Read() is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>The next line, or null at its end.</summary>
    public string? Read()
    {
        var line = _process.StandardOutput.ReadLine();
        if (line is not null)
            Lines.Add(line);
        return line;
    }

    /// <summary>kill -9 of the engine alone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>kill -9 of the engine and all its children.</summary>
    public void KillTree()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Terminate() => Assert.Equal(0, Kill(_process.Id, Sigterm));

    /// <summary>Reads to the end and answers the exit code and what it said on standard error.</summary>
    public (int Code, string Errors) WaitForExit()
    {
        while (Read() is not null)
        {
        }

        _process.WaitForExit();
        return (_process.ExitCode, _errors.GetAwaiter().GetResult());
    }

    /// <summary>The only run on a root, with its events.</summary>
    public static (RunView Run, IReadOnlyList<LedgerEvent> Events) Look(string root)
    {
        using var ledger = SqlLedger.OpenReadOnly(Path.Combine(root, "ledger.db"), TimeProvider.System);
        var run = ledger.Find(Assert.Single(ledger.List()).Id)!;
        return (run, ledger.Events(run.Summary.Id));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            KillTree();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
