using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Bench.Durability;

/// <summary>What a worker process does. The file is readable by its owner alone: it holds the database's password.</summary>
/// <param name="ConnectionString">The database.</param>
/// <param name="Folder">The worker's own folder.</param>
/// <param name="Artifacts">All workers' artifacts.</param>
/// <param name="Slots">Slots of the class 'cpu'.</param>
/// <param name="Children">Whether bodies run in child processes, and then the real phases; no-op bodies run in the worker.</param>
public sealed record WorkerScript(string ConnectionString, string Folder, string Artifacts, int Slots, bool Children)
{
    /// <summary>Reads it.</summary>
    public static WorkerScript Read(string file) => JsonSerializer.Deserialize<WorkerScript>(File.ReadAllBytes(file), SpecJson.Options) ?? throw new InvalidDataException(file);
}

/// <summary>A worker in a process of its own.</summary>
public sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    /// <summary>Its process.</summary>
    public int Pid => _process.Id;

    /// <summary>Starts one and waits until it serves.</summary>
    public static WorkerProcess Start(WorkerScript script)
    {
        Directory.CreateDirectory(script.Folder);
        var file = Path.Combine(script.Folder, "script.json");
        File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(script, SpecJson.Options));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var self = ChildCommand.Self("worker", file);
        var start = new ProcessStartInfo(self.FileName) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in self.Arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        return process.StandardOutput.ReadLine() == "serves" ? new WorkerProcess(process) : throw new InvalidOperationException("The worker did not start.");
    }

    /// <summary>In that process: serves until SIGTERM.</summary>
    public static async Task<int> Serve(WorkerScript script)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c =>
        {
            c.Cancel = true;
            stop.TrySetResult();
        });
        await using var engine = WorkerEngine.Start(new WorkerOptions
        {
            Engine = new EngineOptions
            {
                Root = Path.Combine(script.Folder, "work"),
                Slots = Graphs.Cpu(script.Slots),
                Executors = script.Children ? PhaseCatalog.All : [new NoOp(), new Wait()],
                Child = script.Children ? ChildCommand.Self("stage") : null,
                Jitter = Graphs.Draw,
            },
            ConnectionString = script.ConnectionString,
            OpenStore = () => new FolderStore(script.Artifacts),
            Version = "bench",
            Device = "cpu",
        });
        Console.WriteLine("serves");
        await stop.Task.ConfigureAwait(false);
        return 0;
    }

    /// <summary>CPU seconds so far.</summary>
    public double CpuSeconds() => ProcessTimes.TreeOf(Pid);

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, without waiting.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)])!.WaitForExit();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Terminate();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
