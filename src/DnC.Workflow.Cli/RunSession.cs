using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;
using Spectre.Console;

namespace DnC.Workflow.Cli;

/// <summary>An engine in this process for as long as one run takes, shown as it goes.</summary>
internal static class RunSession
{
    /// <summary>Starts or goes on with a run and follows it to its end.</summary>
    /// <returns>An exit code.</returns>
    public static int Run(RunRequest request, Terminals terminals)
    {
        var graph = Planner.Plan(request.Index.Spec, request.Index.Facts);
        return WithEngine(request.Root, graph, request.CommandLine, terminals, runs =>
        {
            var started = runs.Start(Submission(request, graph, terminals.Time), request.StartNew);
            terminals.Out.MarkupLineInterpolated(started.WentOn
                ? (FormattableString)$"Going on with run [bold]{started.Run}[/] in {request.Root.Path}; --new starts another."
                : $"Run [bold]{started.Run}[/] in {request.Root.Path}: {graph.Stages.Count} stages on {request.Index.Facts.TrainImages} images.");
            return started.Run;
        });
    }

    /// <summary>Runs an engine, makes it do something about a run, and follows that run to its end.</summary>
    public static int WithEngine(Root root, StageGraph graph, string commandLine, Terminals terminals, Func<RunService, string> begin)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        string? run = null;
        var trouble = new EngineTrouble(terminals, stop);
        var engine = Composition.StartEngine(root, graph, () => Volatile.Read(ref run), trouble);
        try
        {
            var runs = new RunService(engine.Ledger);
            Volatile.Write(ref run, begin(runs));
            var view = new LiveRun(terminals.Out, terminals.Time).Follow(() => runs.Get(run), stop.Token);
            var code = End(view, engine, commandLine, terminals, stop.IsCancellationRequested);
            return trouble.Fatal ? ExitCodes.RunFailed : code;
        }
        finally
        {
            engine.StopAsync().GetAwaiter().GetResult();
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static int End(RunView view, EmbeddedEngine engine, string commandLine, Terminals terminals, bool stopped)
    {
        var ended = view.Summary.State is RunState.Succeeded or RunState.Failed or RunState.Cancelled;
        if (stopped && !ended)
        {
            terminals.Out.WriteLine("Stopping: running stages write their checkpoints …");
            engine.StopAsync().GetAwaiter().GetResult();
            terminals.Out.WriteLine($"Stopped. Nothing is lost; go on with:\n  {commandLine}");
            return ExitCodes.Stopped;
        }

        var report = StatusReport.Of(view);
        if (view.Summary.State == RunState.Succeeded || report.Evaluation.Count > 0)
            EvaluationTable.Write(terminals.Out, report);
        if (view.Summary.State == RunState.Succeeded)
        {
            var took = view.Summary.Ended is { } e ? " in " + Durations.Short(e - view.Summary.Created) : "";
            terminals.Out.MarkupLineInterpolated($"Run [bold]{view.Summary.Id}[/] [green]succeeded[/]{took}.");
            return ExitCodes.Success;
        }

        terminals.Error.MarkupLineInterpolated($"Run [bold]{view.Summary.Id}[/] [red]{view.Summary.State.Word()}[/].");
        foreach (var stage in view.Stages.Where(s => s.State == StageState.Failed))
            terminals.Error.WriteLine($"  {stage.Node.Name}: {stage.Error}");
        if (view.Summary.State == RunState.Failed)
            terminals.Error.WriteLine($"After mending the cause, go on with:\n  {commandLine}");
        return ExitCodes.RunFailed;
    }

    private static RunSubmission Submission(RunRequest request, StageGraph graph, TimeProvider time) => new()
    {
        RequestId = Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture),
        Name = request.Index.Spec.Name,
        SpecJson = JsonSerializer.Serialize(request.Index.Spec, SpecJson.Options),
        Identity = request.Index.Identity,
        Data = request.Index.Spec.Data,
        Graph = graph,
        Retry = new RetryPolicy { MaxFailures = request.Index.Spec.MaxFailures },
        NoCache = request.NoCache,
    };
}
