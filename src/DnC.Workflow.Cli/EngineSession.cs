using System.Data.Common;
using System.Runtime.InteropServices;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli;

/// <summary>An engine in this process for as long as one run takes, shown as it goes.</summary>
internal static class EngineSession
{
    /// <summary>Runs an engine, makes it do something about a run, and follows that run to its end.</summary>
    /// <returns>An exit code.</returns>
    public static int Run(Root root, StageGraph graph, FollowRequest show, Func<RunService, string> begin)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var terminals = show.Terminals;
        string? run = null;
        var trouble = new EngineTrouble(terminals, stop);
        var engine = Composition.StartEngine(root, graph, () => Volatile.Read(ref run), trouble);
        try
        {
            var runs = new RunService(engine.Ledger, Composition.Versions);
            Volatile.Write(ref run, begin(runs));
            var live = new LiveRun(terminals.Out, terminals.Time, whyAgain: LastAttempt.Of(runs, run));
            var view = live.Follow(Read(() => runs.Get(run), trouble), stop.Token);
            var code = ExitCodes.Stopped;
            if (stop.IsCancellationRequested && !RunEnd.HasEnded(view))
            {
                terminals.Out.WriteLine("Stopping: running stages write their checkpoints …");
                engine.StopAsync().GetAwaiter().GetResult();
                terminals.Out.WriteLine($"Stopped. Nothing is lost; go on with:\n  {show.CommandLine}");
            }
            else
            {
                code = RunEnd.Tell(view, runs, root, show.CommandLine, terminals, live.Told);
            }

            return trouble.Fatal ? ExitCodes.RunFailed : code;
        }
        catch (DbException e) when (run is not null)
        {
            terminals.Error.WriteLine($"The ledger cannot be read: {e.Message} Once it can be, go on with:\n  {show.CommandLine}");
            return ExitCodes.RunFailed;
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

    // A ledger that cannot be read for a moment ends no training; one that stays so is the engine's trouble, which ends the command.
    private static Func<RunView> Read(Func<RunView> read, EngineTrouble trouble)
    {
        RunView? last = null;
        return () =>
        {
            try
            {
                return last = read();
            }
            catch (DbException e) when (last is not null)
            {
                trouble.LedgerFailed(e);
                return last;
            }
        };
    }
}
