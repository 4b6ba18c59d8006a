using System.Data.Common;
using System.Runtime.InteropServices;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Cli.Status;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli;

/// <summary>Watches a run that workers elsewhere are at. Leaving it changes nothing of the run.</summary>
internal static class WatchSession
{
    /// <summary>Makes something of a run happen, and watches it to its end.</summary>
    /// <returns>An exit code.</returns>
    public static int Run(Shared place, SqlLedger ledger, FollowRequest show, Func<RunService, string> begin)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var terminals = show.Terminals;
        var runs = new RunService(ledger, Composition.Versions);
        var run = begin(runs);
        if (show.Detach)
            return TellId(run, terminals);

        var watch = new PatientRead(ledger, run, terminals, stop);
        var live = new LiveRun(terminals.Out, terminals.Time, () => watch.Waits, LastAttempt.Of(runs, run));
        var view = live.Follow(watch.Next, stop.Token);
        if (RunEnd.HasEnded(view))
            return RunEnd.Tell(view, runs, place, show.CommandLine, terminals, live.Told);
        terminals.Out.WriteLine(
            $"Detached; the run goes on with its workers. Look at it with:\n  {place.Command("status", run)}\nEnd it with:\n  {place.Command("cancel", run)}");
        return ExitCodes.Stopped;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    // The run is on its way by now, whatever becomes of the output.
    private static int TellId(string run, Terminals terminals)
    {
        try
        {
            Console.Out.WriteLine(run);
            return ExitCodes.Success;
        }
        catch (IOException e)
        {
            terminals.Error.MarkupLineInterpolated($"[red]error:[/] Run {run} is submitted, but its id could not be written: {e.Message} The same command again finds the same run.");
            return ExitCodes.RunFailed;
        }
    }

    /// <summary>Reads a run over and over, through a database that is away for a while.</summary>
    private sealed class PatientRead(SqlLedger ledger, string run, Terminals terminals, CancellationTokenSource stop)
    {
        /// <summary>A large run is read the less often, the longer that takes: at most this share of the time. [ours]</summary>
        private const int Share = 10;

        private RunView? _last;
        private bool _away;

        /// <summary>What is missing that its stages wait for.</summary>
        public IReadOnlyList<string> Waits { get; private set; } = [];

        public RunView Next()
        {
            while (true)
            {
                // Who watches for nobody leaves; the run goes on.
                if (_last is not null && StandardOutput.IsUnread)
                    stop.Cancel();
                var began = terminals.Time.GetTimestamp();
                try
                {
                    var view = ledger.Find(run) ?? throw new UserInputException($"Run {run} is gone from the ledger: 'dnc gc', or a worker (--keep), has deleted it. 'dnc runs' lists those there are.");
                    Waits = WaitReasons.Of(view, ledger.Workers(), goOn: null, terminals.Time);
                    _away = false;
                    stop.Token.WaitHandle.WaitOne(Share * terminals.Time.GetElapsedTime(began));
                    return _last = view;
                }
                catch (DbException e) when (_last is not null)
                {
                    if (!_away)
                        terminals.Error.WriteLine($"The database is away ({e.Message}). Workers keep their stages running; watching again when it is back.");
                    _away = true;
                    if (stop.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(2)))
                        return _last;
                }
            }
        }
    }
}
