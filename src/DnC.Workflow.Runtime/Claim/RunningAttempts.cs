using DnC.Workflow.Runtime.Execute;

namespace DnC.Workflow.Runtime.Claim;

/// <summary>The attempts of an engine that are under way, so that all can be asked to stop and waited for.</summary>
/// <param name="slots">How many of each class may be under way at once.</param>
public sealed class RunningAttempts(IReadOnlyDictionary<string, int> slots)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StopSignal, string> _running = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stopping;

    /// <summary>Whether the engine is going: nothing more may be claimed.</summary>
    public bool IsStopping
    {
        get
        {
            lock (_lock)
                return _stopping;
        }
    }

    /// <summary>Completes when the engine is stopping and no attempt is left.</summary>
    public Task Idle => _idle.Task;

    /// <summary>
    /// Announces an attempt before it is claimed, so that none slips past <see cref="Stop"/>; null when the engine is going, or all slots of the class
    /// are taken. Counted here, because Hangfire starts new threads beside the old ones once somebody has removed its server's row.
    /// </summary>
    public StopSignal? Begin(string resource)
    {
        lock (_lock)
        {
            if (_stopping || _running.Values.Count(r => r == resource) >= slots.GetValueOrDefault(resource))
                return null;
            var signal = new StopSignal();
            _running.Add(signal, resource);
            return signal;
        }
    }

    /// <summary>The attempt has ended, or there was nothing to claim.</summary>
    public void End(StopSignal signal)
    {
        lock (_lock)
        {
            _running.Remove(signal);
            if (_stopping && _running.Count == 0)
                _idle.TrySetResult();
        }
    }

    /// <summary>Lets nothing more begin and asks what runs to checkpoint and stop.</summary>
    public void Stop()
    {
        StopSignal[] running;
        lock (_lock)
        {
            _stopping = true;
            running = [.. _running.Keys];
            if (running.Length == 0)
                _idle.TrySetResult();
        }

        foreach (var signal in running)
            signal.Request(StopReason.Preempt);
    }
}
