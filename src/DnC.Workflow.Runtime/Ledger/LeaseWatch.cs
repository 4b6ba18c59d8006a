using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>
/// Whether this process may judge leases. Who was away itself, or saw the database away, cannot tell a dead worker from one that
/// had no chance to renew: it waits for one whole lease first.
/// </summary>
internal sealed class LeaseWatch(LeaseSettings lease)
{
    private readonly Lock _gate = new();
    private long? _since;
    private long _last;
    private long _blind;

    /// <summary>A statement found the database away.</summary>
    public void SawAway()
    {
        lock (_gate)
            _since = null;
    }

    /// <summary>Called once a pass, with the ledger's clock.</summary>
    /// <param name="now">By the ledger's clock.</param>
    /// <param name="age">For how many milliseconds the database has answered, where that can be less than for ever.</param>
    /// <returns>Whether leases may be expired now.</returns>
    public bool MayExpire(long now, long? age = null)
    {
        var length = (long)lease.Lease.TotalMilliseconds;
        lock (_gate)
        {
            // A machine that slept, or a process that was stopped, has a gap between its passes.
            if (_since is null || now - _last > length)
            {
                _since = now;
                _blind += _last == 0 ? 0 : now - _last;
            }

            _last = now;
            return now - _since >= length && (age is null || age >= length);
        }
    }

    /// <summary>For how many milliseconds this process saw nothing of the ledger, since it was asked last.</summary>
    public long TakeBlind()
    {
        lock (_gate)
        {
            var blind = _blind;
            _blind = 0;
            return blind;
        }
    }
}
