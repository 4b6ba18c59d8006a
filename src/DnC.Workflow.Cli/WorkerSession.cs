using System.Data.Common;
using System.Runtime.InteropServices;
using DnC.Workflow.Cli.Commands;
using DnC.Workflow.Cli.Places;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Ports;
using Spectre.Console;

namespace DnC.Workflow.Cli;

/// <summary>A worker in this process, from its start to the signal that ends it. One line an event, for a service's log.</summary>
/// <param name="terminals">Where lines go.</param>
internal sealed class WorkerSession(Terminals terminals) : IDisposable
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private bool _lost;

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    /// <param name="place">Ledger and artifacts.</param>
    /// <param name="slots">Slots by class.</param>
    /// <param name="work">Its own folder.</param>
    /// <param name="devices">Which stage runs where.</param>
    /// <param name="keep">How long runs are kept after their end; null: for ever.</param>
    /// <returns>0: stopped as told. 1: its folder was taken away.</returns>
    public int Run(Shared place, IReadOnlyDictionary<string, int> slots, string work, DevicePlan devices, TimeSpan? keep)
    {
        // Whatever comes after the first signal changes nothing: a second one must not break off what is being written.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var store = place.OpenStore(Path.Combine(work, "cache"));
        using var connections = store as IDisposable;
        var options = Composition.Worker(place, slots, work, store, devices, Report, Passed) with
        {
            Retention = keep is { } age ? new RetentionOptions { Age = age, Forgot = Forgot } : null,
        };
        if (Start(options) is not { } engine)
            return ExitCodes.Success;
        Line($"Worker {engine.Worker} serves {QueueList.Text(slots)} {place.Where}, on {devices.Text}; artifacts in {place.ArtifactPlace}, at work in {work}.");
        if (!devices.HasGpu && slots.Keys.Any(c => c != "cpu"))
            Line($"No GPU is used: its stages of {string.Join(", ", slots.Keys.Where(c => c != "cpu"))} run on the CPU.");
        if (options.Retention is { } retention)
            Line($"Runs are forgotten {KeepTime.Text(retention.Age)} after their end, with the artifacts that no other run needs (--keep).");
        _stop.Token.WaitHandle.WaitOne();
        Line("Stopping: claims nothing more, running stages write their checkpoints …");
        engine.StopAsync().GetAwaiter().GetResult();
        Line("Stopped; what it ran is ready for others.");
        return _lost ? ExitCodes.RunFailed : ExitCodes.Success;
    }

    // A service is started with its machine, maybe before the database: it waits for it. Refused, it ends: waiting mends nothing.
    private WorkerEngine? Start(WorkerOptions options)
    {
        ITimer? life = null;
        while (true)
        {
            try
            {
                var engine = WorkerEngine.Start(options);
                life?.Dispose();
                return engine;
            }
            catch (DbException e)
            {
                // It had the folder's lock before it looked for the database: the sign of life there is its own.
                life ??= WorkerEngine.SignOfLife(options.Engine);
                Line($"The database cannot be reached: {e.Message} Trying again in {TryAgain.TotalSeconds:0} s.");
            }

            if (_stop.Token.WaitHandle.WaitOne(TryAgain))
                return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private void Passed(AttemptPoint point, StageClaim claim)
    {
        var what = point switch
        {
            AttemptPoint.Claimed => claim.Resume is { } resume ? $"goes on from step {resume.Step}" : "starts",
            AttemptPoint.Settled => "has ended",
            AttemptPoint.Refused => "has ended: it was cancelled, or lost to another worker",
            _ => null,
        };
        if (what is not null)
            Line($"{claim.Ticket.Run}/{claim.Node.Name} {claim.Generation}-{claim.Attempt} {what}");
    }

    private void Forgot(Collected collected)
    {
        if (collected.Runs.Count + collected.Locations.Count > 0)
            Line($"Forgot {collected.Runs.Count} old runs; deleted {collected.Locations.Count} artifacts ({Sizes.Short(collected.Locations.Sum(l => l.Bytes))}) that no other run needs.");
    }

    private void Report(string what, Exception error)
    {
        Line($"{what}: {error.Message}");
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
