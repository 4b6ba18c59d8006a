using System.Data.Common;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Notify;

/// <summary>
/// Tells answers to the listeners of this process until they take them. One loop does all that concerns the ledger; listeners run beside
/// it, each in slots of its own, so that one that is slow or throws holds up neither the loop nor the others.
/// </summary>
public sealed class OutboxDispatcher : IAsyncDisposable
{
    private const int LongestError = 2_000;

    private readonly IOutbox _outbox;
    private readonly IReadOnlyList<IStageEndListener> _listeners;
    private readonly OutboxSettings _settings;
    private readonly string _holder;
    private readonly TimeProvider _time;
    private readonly Func<double> _jitter;
    private readonly Action<string, Exception> _report;
    private readonly List<Telling> _tellings = [];
    private readonly Pulse _pulse = new();
    private readonly CancellationTokenSource _stop = new();
    private long _held;
    private bool _away;
    private Task _loop = Task.CompletedTask;

    /// <summary>Makes one; <see cref="Start"/> begins.</summary>
    /// <param name="outbox">The ledger's.</param>
    /// <param name="listeners">Each of a name of its own.</param>
    /// <param name="settings">Times and bounds.</param>
    /// <param name="holder">This dispatcher, unique among all that ever were.</param>
    /// <param name="time">Waits, and the patience with listeners.</param>
    /// <param name="jitter">A draw in [0, 1).</param>
    /// <param name="report">Told of what went wrong: what was being done, and the exception.</param>
    public OutboxDispatcher(
        IOutbox outbox, IReadOnlyList<IStageEndListener> listeners, OutboxSettings settings, string holder, TimeProvider time, Func<double> jitter,
        Action<string, Exception> report)
    {
        if (listeners.DistinctBy(l => l.Name, StringComparer.Ordinal).Count() != listeners.Count)
            throw new ArgumentException("Two listeners have one name.", nameof(listeners));
        (_outbox, _listeners, _settings, _holder, _time, _jitter, _report) = (outbox, listeners, settings, holder, time, jitter, report);
        _held = time.GetTimestamp();
    }

    /// <summary>Looks at the outbox from now on: at once, after every commit of this process that fills it, and every so often.</summary>
    public void Start()
    {
        _outbox.Filled += _pulse.Beat;
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Tells what can be told now, and returns when nothing is due any more. Not beside <see cref="Start"/>.</summary>
    /// <returns>How many were told, taken or not.</returns>
    public async Task<int> DrainAsync()
    {
        var told = 0;
        while (true)
        {
            told += Pass();
            if (_tellings.Count == 0)
                return told;
            Task any = Task.WhenAny(_tellings.Select(t => t.Task));
            await any.WaitAsync(_settings.Hold / 3, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Cancels what is being told, waits a little for it, and writes down what became of it. The rest is told by another, or later.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        _outbox.Filled -= _pulse.Beat;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await Task.WhenAll(_tellings.Select(t => t.Task)).WaitAsync(_settings.Grace, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Guarded("writing down what was told", Settle);
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var next = _pulse.Next;
            Guarded("looking at the outbox", () => Pass());
            var wait = _settings.Poll * (0.9 + (0.2 * _jitter()));
            await next.WaitAsync(wait, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // What cannot be written now is written in the next pass: what was told once is not told again because the database was away for a moment.
    private int Pass()
    {
        Settle();
        Hold();
        return _listeners.Sum(Tell);
    }

    private void Settle()
    {
        Telling[] ended = [.. _tellings.Where(t => t.Task.IsCompleted)];
        Telling[] taken = [.. ended.Where(t => t.Refusal is null)];
        if (taken.Length > 0)
        {
            _outbox.Acknowledge([.. taken.Select(t => t.End.Delivery)]);
            Forget(taken);
        }

        foreach (var refused in ended.Except(taken))
        {
            var error = refused.Refusal!;
            var wait = _stop.IsCancellationRequested ? TimeSpan.Zero : _settings.Retry.Delay(refused.End.Try, _jitter());
            _outbox.GiveBack(refused.End, _holder, error.Length > LongestError ? error[..LongestError] : error, wait);
            Forget([refused]);
        }
    }

    private void Hold()
    {
        if (_tellings.Count > 0 && _time.GetElapsedTime(_held) < _settings.Hold / 3)
            return;
        if (_tellings.Count > 0)
            _outbox.Hold(_holder, [.. _tellings.Select(t => t.End.Delivery)], _settings.Hold);
        _held = _time.GetTimestamp();
    }

    private int Tell(IStageEndListener listener)
    {
        var free = _settings.Slots - _tellings.Count(t => t.End.Listener == listener.Name);
        if (free == 0)
            return 0;
        var ends = _outbox.Take(new OutboxRequest
        {
            Listener = listener.Name,
            Holder = _holder,
            AtMost = free,
            Hold = _settings.Hold,
            SetAsideAfter = _settings.SetAsideAfter,
        });
        // A machine that slept may find its own answer free: it is being told, all the same.
        foreach (var end in ends.Where(e => !_tellings.Exists(t => t.End.Delivery == e.Delivery)))
            _tellings.Add(new Telling(listener, end, _settings.Patience, _time, _pulse.Beat, _stop.Token));
        return ends.Count;
    }

    private void Forget(IEnumerable<Telling> tellings)
    {
        foreach (var telling in tellings)
        {
            _tellings.Remove(telling);
            telling.Dispose();
        }
    }

    private void Guarded(string what, Action body)
    {
        try
        {
            body();
            _away = false;
        }
        catch (Exception error)
        {
            // The database is away, which is told once, or a defect: there is a next pass in any case, or what was told would never be acknowledged.
            if (error is not DbException || !_away)
                _report(what, error);
            _away = error is DbException;
        }
    }
}
