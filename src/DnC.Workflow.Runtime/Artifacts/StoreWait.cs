using DnC.Workflow.Runtime.Execute;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>
/// What the calling thread's waits for a store that is away listen to: a store serves many attempts, and each thread waits for its own. Only waits
/// end so; what is being sent is sent to its end, since a stop leaves it the grace.
/// </summary>
internal static class StoreWait
{
    /// <summary>How long what a stop would cost is still waited for, of the 30 s of grace. [ours]</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(3);

    [ThreadStatic]
    private static Wait? t_wait;

    /// <summary>From here on the thread's waits end when this is asked for, until the result is disposed of.</summary>
    public static IDisposable Until(StopSignal stop) => new Scope(new Wait(stop, TimeSpan.Zero));

    /// <summary>
    /// As <see cref="Until"/>, for what is lost unless it is stored: while the attempt's work is of use to anyone, a store that stumbles is given
    /// <see cref="LastPatience"/> more, in all.
    /// </summary>
    public static IDisposable ToSave(StopSignal stop) => new Scope(new Wait(stop, LastPatience));

    /// <summary>Blocks the calling thread for a time.</summary>
    /// <returns>False: it is to stop, and waits for nothing more.</returns>
    public static bool Block(TimeProvider time, TimeSpan delay)
    {
        if (t_wait is not { } wait)
        {
            time.Block(delay, CancellationToken.None);
            return true;
        }

        if (!wait.Stop.IsRequested)
        {
            time.Block(delay, wait.Stop);
            return !wait.Stop.IsRequested || wait.IsAllowed;
        }

        if (!wait.IsAllowed)
            return false;
        var last = TimeSpan.FromTicks(Math.Min(delay.Ticks, wait.Left.Ticks));
        wait.Left -= last;
        time.Block(last, CancellationToken.None);
        return true;
    }

    private sealed class Wait(StopSignal stop, TimeSpan left)
    {
        public StopSignal Stop { get; } = stop;

        public TimeSpan Left { get; set; } = left;

        public bool IsAllowed => Left > TimeSpan.Zero && Stop.Reason is { } reason && StopSignal.AllowsGrace(reason);
    }

    private sealed class Scope : IDisposable
    {
        private readonly Wait? _before = t_wait;

        public Scope(Wait wait) => t_wait = wait;

        public void Dispose() => t_wait = _before;
    }
}
