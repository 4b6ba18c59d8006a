using System.Runtime.InteropServices;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Runtime.TestHost.Journals;

namespace DnC.Workflow.Runtime.TestHost;

/// <summary>A worker that serves one script, telling every point on standard output, until SIGTERM.</summary>
public static class WorkerProgram
{
    /// <summary>Runs it. Exit code 0: stopped.</summary>
    public static async Task<int> Run(WorkerScript script)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var journal = script.Journal is { } folder ? Journal.OfThisProcess(folder) : null;
        var points = new PointTeller(script.DieAt, journal);
        await using var engine = WorkerEngine.Start(Options(script, points));
        points.Line($"serves as {engine.Worker}");
        await stop.Task;
        await engine.StopAsync();
        points.Line("stopped");
        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }
    }

    /// <summary>A worker of the script's settings.</summary>
    public static WorkerOptions Options(WorkerScript script, PointTeller points) => new()
    {
        Engine = new EngineOptions
        {
            Root = script.Work,
            Slots = script.Slots,
            Executors = TestBodies.All,
            Child = script.InProcess ? null : ChildCommand.Self("stage"),
            Device = _ => script.Device,
            Jitter = Draws(),
            Lease = script.Lease,
            Passed = points.Tell,
        },
        ConnectionString = script.ConnectionString,
        OpenStore = () => new FolderStore(script.Artifacts),
        Version = "1.2.3-test",
        Device = script.Device?.Name ?? "cpu",
    };

    private static Func<double> Draws()
    {
        var draws = new Random(1);
        return () =>
        {
            lock (draws)
                return draws.NextDouble();
        };
    }
}
