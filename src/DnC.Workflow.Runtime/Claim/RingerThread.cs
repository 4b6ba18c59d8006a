using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Claim;

/// <summary>
/// Rings on a thread of its own: a ring through a database takes milliseconds, which whoever ends a stage shall not wait for, and rings
/// that come meanwhile are one batch, counted once.
/// </summary>
public sealed class RingerThread : IDoorbell, IDisposable
{
    private readonly HangfireDoorbell _bell;
    private readonly Func<string, bool> _isServedHere;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _asked = new(initialState: false);
    private readonly Thread _thread;
    private Dictionary<string, int> _wanted = new(StringComparer.Ordinal);
    private volatile bool _ended;

    /// <summary>Starts the thread.</summary>
    /// <param name="bell">Rings.</param>
    /// <param name="isServedHere">Asked on the ringing thread: whether it goes on with that class itself, so that this one ring is not needed.</param>
    public RingerThread(HangfireDoorbell bell, Func<string, bool> isServedHere)
    {
        _bell = bell;
        _isServedHere = isServedHere;
        _thread = new Thread(Run) { IsBackground = true, Name = "ringer" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Ring(string resource)
    {
        if (_isServedHere(resource))
            return;
        lock (_lock)
        {
            if (_ended)
                return;
            _wanted[resource] = _wanted.GetValueOrDefault(resource) + 1;
            _asked.Set();
        }
    }

    /// <summary>Rings what was asked for, and ends.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = true;
            _asked.Set();
        }

        _thread.Join();
        _asked.Dispose();
    }

    private void Run()
    {
        while (_asked.WaitOne())
        {
            Dictionary<string, int> wanted;
            bool ended;
            lock (_lock)
            {
                (wanted, _wanted) = (_wanted, new Dictionary<string, int>(StringComparer.Ordinal));
                ended = _ended;
            }

            foreach (var (resource, times) in wanted)
                _bell.Ring(resource, times);
            if (ended)
                return;
        }
    }
}
