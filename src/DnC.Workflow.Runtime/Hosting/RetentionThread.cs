using System.Data.Common;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>
/// Forgets old runs every <see cref="LeaseSettings.Forget"/>, whichever worker's turn that is. On a thread of its own and in small
/// transactions: no pass of a reconciler waits for it.
/// </summary>
internal sealed class RetentionThread : IDisposable
{
    // Looks for a turn so often in the time between two: a worker that died in its turn delays the next by little. [ours]
    private const int Looks = 6;

    // A bucket that is away is waited for minutes. Its end does not matter: what is left to delete is deleted the next time. [ours]
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SqlLedger _ledger;
    private readonly Collector _collector;
    private readonly RetentionOptions _options;
    private readonly EngineOptions _engine;
    private readonly CancellationTokenSource _ended = new();
    private readonly Thread _thread;

    /// <summary>Starts the thread.</summary>
    /// <param name="ledger">Where runs are forgotten.</param>
    /// <param name="collector">Forgets.</param>
    /// <param name="options">After which time.</param>
    /// <param name="engine">Times, and who is told of trouble.</param>
    public RetentionThread(SqlLedger ledger, Collector collector, RetentionOptions options, EngineOptions engine)
    {
        (_ledger, _collector, _options, _engine) = (ledger, collector, options, engine);
        _thread = new Thread(Run) { IsBackground = true, Name = "retention" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Cancel();
        if (_thread.Join(Patience))
            _ended.Dispose();
    }

    private void Run()
    {
        var stop = _ended.Token;
        do
            Turn(stop);
        while (_engine.Time.Block(_engine.Lease.Forget / Looks * (0.9 + (0.2 * _engine.Jitter())), stop));
    }

    private void Turn(CancellationToken stop)
    {
        try
        {
            if (_ledger.TakesTurnToForget())
                _options.Forgot(_collector.Forget(_options.Age, (run, error) => _engine.Report($"forgetting run {run.Id}", error), stop));
        }
        catch (Exception error)
        {
            // Whatever happened, there is a next time. A database that is away is told of by the reconciler.
            if (!stop.IsCancellationRequested && error is not DbException { IsTransient: true })
                _engine.Report("forgetting old runs", error);
        }
    }
}
