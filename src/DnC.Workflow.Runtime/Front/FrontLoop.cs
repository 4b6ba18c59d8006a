using System.Data.Common;
using DnC.Workflow.Runtime.Notify;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Front;

/// <summary>
/// Tells the ledger's answers to a front and audits what waits, until it is stopped. Whatever goes wrong with the ledger is no reason for the
/// front to end: it has other work, too.
/// </summary>
/// <param name="Listener">Who hears the answers.</param>
/// <param name="Audit">One pass of the audit.</param>
/// <param name="Every">Between two passes.</param>
/// <param name="Holder">This process, unique among all that ever were.</param>
/// <param name="Time">Gives the beat.</param>
/// <param name="Jitter">A draw in [0, 1).</param>
/// <param name="Report">Told of what went wrong: what was being done, and the exception.</param>
public sealed record FrontLoop(
    IStageEndListener Listener, Func<CancellationToken, Task> Audit, TimeSpan Every, string Holder, TimeProvider Time, Func<double> Jitter, Action<string, Exception> Report)
{
    /// <summary>Runs.</summary>
    /// <param name="connect">Opens the ledger, tried until it does not throw: one that is away must not keep a front from starting.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<IOutbox> connect, CancellationToken stop)
    {
        using var ticks = new PeriodicTimer(Every, Time);
        IOutbox? outbox;
        while ((outbox = Connect(connect)) is null)
        {
            if (!await TickAsync(ticks, stop).ConfigureAwait(false))
                return;
        }

        var dispatcher = new OutboxDispatcher(outbox, [Listener], new OutboxSettings(), Holder, Time, Jitter, Report);
        await using (dispatcher.ConfigureAwait(false))
        {
            dispatcher.Start();
            do
                await AuditAsync(stop).ConfigureAwait(false);
            while (await TickAsync(ticks, stop).ConfigureAwait(false));
        }
    }

    private IOutbox? Connect(Func<IOutbox> connect)
    {
        try
        {
            return connect();
        }
        catch (Exception e) when (e is UserInputException or DbException)
        {
            Report("opening the ledger", e);
            return null;
        }
    }

    private async Task AuditAsync(CancellationToken stop)
    {
        try
        {
            await Audit(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It stops.
        }
        catch (Exception e)
        {
            Report("the audit of what waits", e);
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer ticks, CancellationToken stop)
    {
        try
        {
            return await ticks.WaitForNextTickAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
