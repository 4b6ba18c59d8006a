using System.Diagnostics;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>Why an attempt shall stop. A later one outranks an earlier one.</summary>
public enum StopReason
{
    /// <summary>A person paused the run: checkpoint and release.</summary>
    Pause,

    /// <summary>The engine is going: checkpoint within the grace and release.</summary>
    Preempt,

    /// <summary>The attempt ran longer than its stage allows: it fails.</summary>
    Timeout,

    /// <summary>A person cancelled the run: nothing of this attempt is wanted any more.</summary>
    Cancel,

    /// <summary>The claim is another's: whatever this attempt still writes is refused.</summary>
    Lost,
}

/// <summary>The wish that an attempt stops, from whoever has it to whoever can act on it.</summary>
public sealed class StopSignal
{
    private readonly Lock _lock = new();
    private readonly List<Action<StopReason>> _listeners = [];
    private StopReason? _reason;
    private long _since;

    /// <summary>The strongest reason so far, or null.</summary>
    public StopReason? Reason
    {
        get
        {
            lock (_lock)
                return _reason;
        }
    }

    /// <summary>How long its present kind of reason has been there, with a grace or without, by the machine's own clock; zero without one.</summary>
    public TimeSpan Age
    {
        get
        {
            lock (_lock)
                return _reason is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_since);
        }
    }

    /// <summary>Whether there is a reason to stop.</summary>
    public bool IsRequested => Reason is not null;

    /// <summary>Whether the body's last checkpoint is of use to anyone; otherwise it may be killed at once.</summary>
    public static bool AllowsGrace(StopReason reason) => reason is StopReason.Pause or StopReason.Preempt;

    /// <summary>Asks to stop. A weaker reason than the present one changes nothing.</summary>
    public void Request(StopReason reason)
    {
        Action<StopReason>[] listeners;
        lock (_lock)
        {
            if (_reason >= reason)
                return;
            // One grace for all that have one: whoever waits for the body counts it once.
            if (_reason is null || !AllowsGrace(reason))
                _since = Stopwatch.GetTimestamp();
            _reason = reason;
            listeners = [.. _listeners];
        }

        foreach (var listener in listeners)
            listener(reason);
    }

    /// <summary>Calls back at each new reason, and at once if there is one. The callback must not block.</summary>
    /// <returns>Ends the calls when disposed; one may still be on its way then.</returns>
    public IDisposable Listen(Action<StopReason> listener)
    {
        StopReason? reason;
        lock (_lock)
        {
            _listeners.Add(listener);
            reason = _reason;
        }

        if (reason is { } present)
            listener(present);
        return new Listening(this, listener);
    }

    private sealed class Listening(StopSignal signal, Action<StopReason> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (signal._lock)
                signal._listeners.Remove(listener);
        }
    }
}
