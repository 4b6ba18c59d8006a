using DnC.Workflow.Cli.Commands;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute.Tracking;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;
using System.Data.Common;
using System.Runtime.InteropServices;

namespace DnC.Workflow.Cli;

/// <summary>A worker in this process, from its start to the signal that ends it. One line an event, for a service's log.</summary>
/// <param name="terminals">Where lines go.</param>
internal sealed class WorkerSession(Terminals terminals) : IDisposable
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(10);

    /// <summary>A look at a private server costs a connection; a lease outlives a few of them. [ours]</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stop = new();
    private bool _lost;

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <param name="place">Ledger and artifacts.</param>
    /// <param name="slots">Slots by class.</param>
    /// <param name="work">Its own folder.</param>
    /// <param name="devices">Which stage runs where.</param>
    /// <param name="keep">How long runs are kept after their end; null: for ever.</param>
    /// <param name="tensorBoard">The folder of TensorBoard's files; null: none.</param>
    /// <param name="mlflow">The MLflow server that gets the curves too; null: none.</param>
    /// <returns>0: stopped as told. 1: its folder was taken away.</returns>
    public int Run(Shared place, IReadOnlyDictionary<string, int> slots, string work, DevicePlan devices, TimeSpan? keep, string? tensorBoard, MlflowServer? mlflow)
    {
        // Whatever comes after the first signal changes nothing: a second one must not break off what is being written.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var options = Composition.Worker(place, slots, work, devices, Report);
        options = options with
        {
            GiveUp = _stop.Token,
            Engine = options.Engine with { TensorBoard = tensorBoard, Mlflow = mlflow, Say = Line, Passed = Passed, Ended = (claim, how) => Told(claim, ErrorLine.Of(how)) },
            Retention = keep is { } age ? new RetentionOptions { Age = age, Forgot = Forgot } : null,
        };
        if (place.KeepsArtifactsToItself)
            Line($"WARNING: artifacts are in {place.ArtifactPlace}, which this machine alone sees. Workers on other machines cannot share its runs: give all of them one folder or bucket with --artifacts or DNC_ARTIFACTS.");
        if (Start(options) is not { } engine)
            return ExitCodes.Success;
        Line($"Worker {engine.Worker} serves {QueueList.Text(slots)} {place.Where}, on {devices.Text}; artifacts in {place.ArtifactPlace}, at work in {work}.");
        if (!devices.HasGpu && slots.Keys.Any(c => c != "cpu"))
            Line($"No GPU is used: its stages of {string.Join(", ", slots.Keys.Where(c => c != "cpu"))} run on the CPU.");
        if (options.Retention is { } retention)
            Line($"Runs are forgotten {KeepTime.Text(retention.Age)} after their end, with the artifacts that no other run needs (--keep).");
        Watch(place);
        Line("Stopping: claims nothing more, running stages write their checkpoints …");
        engine.StopAsync().GetAwaiter().GetResult();
        Line(engine.IsToldOf
            ? "Stopped; what it ran is ready for others."
            : $"Stopped before all of it was told to the database, since that or the store of artifacts did not answer in time: what it ran is taken back when its lease ends ({options.Engine.Lease.Lease.TotalSeconds:0} s).");
        return _lost ? ExitCodes.RunFailed : ExitCodes.Success;
    }

    // A service is started with its machine, maybe before the database or the bucket: it waits for them. Refused, it ends: waiting mends nothing.
    private WorkerEngine? Start(WorkerOptions options)
    {
        ITimer? life = null;
        while (true)
        {
            string away;
            try
            {
                return WorkerEngine.Start(options);
            }
            catch (DbException e)
            {
                away = $"The database cannot be reached: {ErrorLine.Of(e)}";
            }
            catch (ArtifactStoreAwayException e)
            {
                away = ErrorLine.Of(e);
            }
            finally
            {
                life?.Dispose();
            }

            if (_stop.IsCancellationRequested)
            {
                Line($"{away} Stopped before it was there.");
                return null;
            }

            // It had the folder's lock before it looked for either: the sign of life there is its own.
            life = WorkerEngine.SignOfLife(options.Engine);
            Line($"{away} Trying again in {TryAgain.TotalSeconds:0} s.");
            if (_stop.Token.WaitHandle.WaitOne(TryAgain))
            {
                life.Dispose();
                return null;
            }
        }
    }

    // Until the signal. A server of the root's own has nobody else who would start it again.
    private void Watch(Shared place)
    {
        var told = "";
        while (!_stop.Token.WaitHandle.WaitOne(place.IsManaged ? Look : Timeout.InfiniteTimeSpan))
        {
            try
            {
                if (place.Revive())
                    Line("The private PostgreSQL was gone, and is started again.");
                told = "";
                if (!place.HasMoved)
                    continue;
                Line("The private PostgreSQL has another port now, since another program took the one it had. Start this worker again.");
                _lost = true;
                return;
            }
            catch (Exception e) when (e is UserInputException or DbException or IOException)
            {
                if (told != e.Message)
                    Line(e.Message);
                told = e.Message;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private void Passed(AttemptPoint point, StageClaim claim)
    {
        if (point == AttemptPoint.Claimed)
            Told(claim, claim.Resume is { } resume ? $"goes on from step {resume.Step}" : "starts");
        else if (point == AttemptPoint.Refused)
            Told(claim, "has ended: it was cancelled, or lost to another worker");
    }

    private void Told(StageClaim claim, string what) => Line($"{claim.Ticket.Run}/{claim.Node.Name} {claim.Generation}-{claim.Attempt} {what}");

    private void Forgot(Collected collected)
    {
        if (collected.Runs.Count + collected.Locations.Count > 0)
            Line($"Forgot {collected.Runs.Count} old runs; deleted {collected.Locations.Count} artifacts ({Sizes.Short(collected.Locations.Sum(l => l.Bytes))}) that no other run needs.");
    }

    private void Report(string what, Exception error)
    {
        Line($"{what}: {ErrorLine.Of(error)}");
        if (error is not RootLostException)
            return;
        _lost = true;
        Cancel();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        Cancel();
    }

    private void Cancel()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The last signal of a worker that has already stopped.
        }
    }

    private void Line(string text) => terminals.Out.WriteLine($"{terminals.Time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z {text}");
}
