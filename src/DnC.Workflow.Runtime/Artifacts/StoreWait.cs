using DnC.Workflow.Runtime.Execute;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>
/// What the calling thread's waits for a store that is away listen to: a store serves many attempts, and each thread waits for its own. Only waits
/// end so; what is being sent is sent to its end, since a stop leaves it the grace.
/// </summary>
internal static class StoreWait
{
    [ThreadStatic]
    private static StopSignal? t_stop;

    /// <summary>From here on the thread's waits end when this is asked for, until the result is disposed of.</summary>
    public static IDisposable Until(StopSignal stop)
    {
        var before = t_stop;
        t_stop = stop;
        return new Scope(before);
    }

    /// <summary>Blocks the calling thread for a time.</summary>
    /// <returns>False: it is to stop, and waits for nothing more.</returns>
    public static bool Block(TimeProvider time, TimeSpan delay)
    {
        if (t_stop is not { } stop)
        {
            time.Block(delay, CancellationToken.None);
            return true;
        }

        if (!stop.IsRequested)
            time.Block(delay, stop);
        return !stop.IsRequested;
    }

    private sealed class Scope(StopSignal? before) : IDisposable
    {
        public void Dispose() => t_stop = before;
    }
}
