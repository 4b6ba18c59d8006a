using DnC.Workflow.Runtime.Execute;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>
/// What the calling thread's waits for a store that is away listen to: a store serves many attempts, and each thread waits for its own. Waits
/// end with a stop; what is being asked or sent has until <see cref="Requests"/> ends it, since a stop leaves it a grace.
/// </summary>
internal static class StoreWait
{
    /// <summary>How long what a stop would cost is still waited for, of the 30 s of grace. [ours]</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(3);

    /// <summary>How long after a stop its attempt may still ask and send, of the same grace: the body has to hear of the answer within it. [ours]</summary>
    private static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(20);

    /// <summary>The same of an attempt whose work is of no use to anyone: it only clears up. [ours]</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    [ThreadStatic]
    private static Wait? t_wait;

    [ThreadStatic]
    private static CancellationToken t_requests;

    /// <summary>Ends what the calling thread asks or sends, however silent the store is.</summary>
    public static CancellationToken Requests => t_requests;

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
            return !wait.Stop.IsRequested || (wait.IsAllowed && !t_requests.IsCancellationRequested);
        }

        if (!wait.IsAllowed || t_requests.IsCancellationRequested)
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
        private readonly (Wait? Wait, CancellationToken Requests) _before = (t_wait, t_requests);
        private readonly Lock _lock = new();
        private readonly CancellationTokenSource _requests = new();
        private readonly IDisposable _listening;
        private bool _ended;

        public Scope(Wait wait)
        {
            (t_wait, t_requests) = (wait, _requests.Token);
            _listening = wait.Stop.Listen(reason => End(reason, wait.Stop));
        }

        public void Dispose()
        {
            (t_wait, t_requests) = _before;
            _listening.Dispose();
            lock (_lock)
            {
                _ended = true;
                _requests.Dispose();
            }
        }

        // One may be on its way when the scope ends.
        private void End(StopReason reason, StopSignal stop)
        {
            var rest = (StopSignal.AllowsGrace(reason) ? LastRequests : Farewell) - stop.Age;
            lock (_lock)
            {
                if (!_ended)
                    _requests.CancelAfter(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
            }
        }
    }
}
