namespace DnC.Workflow.Runtime.Execute;

/// <summary>Waiting on a thread of one's own, by an injected clock.</summary>
public static class BlockingDelay
{
    /// <summary>Blocks the calling thread for a time, or until <paramref name="wake"/> is cancelled.</summary>
    /// <returns>Whether the whole time passed.</returns>
    public static bool Block(this TimeProvider time, TimeSpan delay, CancellationToken wake) => Wait(time, delay, wake.WaitHandle);

    /// <summary>Blocks the calling thread for a time, or until there is a reason to stop.</summary>
    public static void Block(this TimeProvider time, TimeSpan delay, StopSignal stop)
    {
        using var wake = new ManualResetEvent(initialState: false);
        using var listening = stop.Listen(_ => Set(wake));
        Wait(time, delay, wake);
    }

    private static bool Wait(TimeProvider time, TimeSpan delay, WaitHandle wake)
    {
        // A timer's callback runs on the thread pool, for whose exhaustion nobody shall wait who has a thread of his own.
        if (time == TimeProvider.System)
            return !wake.WaitOne(delay);
        using var elapsed = new ManualResetEvent(initialState: false);
        using var timer = time.CreateTimer(static e => Set((ManualResetEvent)e!), elapsed, delay, Timeout.InfiniteTimeSpan);
        return WaitHandle.WaitAny([wake, elapsed]) == 1;
    }

    private static void Set(ManualResetEvent elapsed)
    {
        try
        {
            elapsed.Set();
        }
        catch (ObjectDisposedException)
        {
            // The wait was woken, and the timer fired while it was being put away.
        }
    }
}
