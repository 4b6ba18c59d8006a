using System.Collections.Concurrent;
using System.Data.Common;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>
/// Renews the claims of an engine's running attempts and brings them what their run wants. One thread of its own for all of them:
/// neither a busy body nor an exhausted thread pool may cost a claim.
/// </summary>
public sealed class Heartbeats : IDisposable
{
    private readonly ILedger _ledger;
    private readonly Action<string, Exception> _report;
    private readonly ConcurrentDictionary<Watch, byte> _watches = new();
    private readonly AutoResetEvent _due = new(initialState: false);
    private readonly ManualResetEvent _ended = new(initialState: false);
    private readonly ITimer? _timer;
    private readonly TimeSpan _own;
    private readonly Thread _thread;
    private bool _away;

    /// <summary>Starts the thread.</summary>
    /// <param name="ledger">Where claims are renewed.</param>
    /// <param name="lease">How often.</param>
    /// <param name="time">Gives the beat.</param>
    /// <param name="report">Told of ledger errors: once when they begin.</param>
    public Heartbeats(ILedger ledger, LeaseSettings lease, TimeProvider time, Action<string, Exception> report)
    {
        _ledger = ledger;
        _report = report;

        // The system's clock needs no timer, whose callback would wait for the thread pool.
        var isSystem = time == TimeProvider.System;
        _own = isSystem ? lease.Heartbeat : Timeout.InfiniteTimeSpan;
        _thread = new Thread(Beat) { IsBackground = true, Name = "heartbeats" };
        _thread.Start();
        _timer = isSystem ? null : time.CreateTimer(_ => _due.Set(), null, lease.Heartbeat, lease.Heartbeat);
    }

    /// <summary>Renews a claim from now on until the result is disposed.</summary>
    /// <param name="ticket">The claim.</param>
    /// <param name="stop">Told of the run's wishes and of a lost claim.</param>
    /// <param name="progress">The latest progress, read at each beat.</param>
    public Watch Start(ClaimTicket ticket, StopSignal stop, Func<StageProgress?> progress)
    {
        var watch = new Watch(this, ticket, stop, progress);
        _watches[watch] = 0;
        return watch;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        _ended.Set();
        _thread.Join();
        _due.Dispose();
        _ended.Dispose();
    }

    private void Beat()
    {
        while (WaitHandle.WaitAny([_ended, _due], _own) != 0)
        {
            foreach (var (watch, _) in _watches)
            {
                if (_ended.WaitOne(0))
                    return;
                Renew(watch);
            }
        }
    }

    private void Renew(Watch watch)
    {
        RunWish wish;
        try
        {
            wish = _ledger.Heartbeat(watch.Ticket, watch.Progress());
        }
        catch (Exception e)
        {
            // The claim holds while the database is away: nobody else can take it back there either. So the body goes on.
            // Any other error must not end this thread: it would cost every other claim of this engine.
            if (!_away || e is not DbException)
                _report($"heartbeat of '{watch.Ticket.Stage}'", e);
            _away = e is DbException;
            return;
        }

        _away = false;
        watch.Answer();
        switch (wish)
        {
            case RunWish.Pause:
                watch.Stop.Request(StopReason.Pause);
                break;
            case RunWish.Cancel:
                watch.Stop.Request(StopReason.Cancel);
                break;
            case RunWish.Lost:
                watch.Stop.Request(StopReason.Lost);
                break;
        }
    }

    /// <summary>The renewal of one claim.</summary>
    public sealed class Watch : IDisposable
    {
        private readonly Heartbeats _owner;
        private long _answers;

        internal Watch(Heartbeats owner, ClaimTicket ticket, StopSignal stop, Func<StageProgress?> progress)
        {
            _owner = owner;
            Ticket = ticket;
            Stop = stop;
            Progress = progress;
        }

        /// <summary>How often the ledger has answered: proof that it was there in between.</summary>
        public long Answers => Interlocked.Read(ref _answers);

        internal ClaimTicket Ticket { get; }

        internal StopSignal Stop { get; }

        internal Func<StageProgress?> Progress { get; }

        /// <summary>The ledger has answered.</summary>
        public void Answer() => Interlocked.Increment(ref _answers);

        /// <inheritdoc/>
        public void Dispose() => _owner._watches.TryRemove(this, out _);
    }
}
