using System.Runtime.InteropServices;
using DnC.Workflow.Runtime.Execute.Child;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.TestHost;

/// <summary>An engine that runs one script, telling every point on standard output, until its run ends or SIGTERM comes.</summary>
public static class EngineProgram
{
    /// <summary>Runs it. Exit code 0: ended or stopped.</summary>
    public static async Task<int> Run(EngineScript script)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => Stop(c, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Stop(c, stop));
        var draws = new Random(1);
        var points = new PointTeller(script.DieAt);
        await using var engine = EmbeddedEngine.Start(new EngineOptions
        {
            Root = script.Root,
            Slots = new Dictionary<string, int>(StringComparer.Ordinal) { ["cpu"] = script.Slots },
            Executors = TestBodies.All,
            Child = ChildCommand.Self("stage"),
            Jitter = () =>
            {
                lock (draws)
                    return draws.NextDouble();
            },
            Lease = script.Lease,
            Passed = points.Tell,
        });
        var graph = new StageGraph();
        foreach (var stage in script.Stages)
            graph.Add(stage);
        var submission = new RunSubmission
        {
            RequestId = "the run",
            Name = "test",
            SpecJson = "{}",
            Identity = "test",
            Data = new DataSpec(),
            Graph = graph,
            Retry = script.Retry,
        };
        var run = script.Continue ? new RunService(engine.Ledger).Start(submission).Run : engine.Ledger.Submit(submission);
        points.Line($"run {run}");
        try
        {
            points.Line($"ended {(await engine.WhenEnded(run, stop.Token)).State}");
        }
        catch (OperationCanceledException)
        {
            await engine.StopAsync();
            points.Line("stopped");
        }

        return 0;
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}
