using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Claim;

/// <summary>
/// Rings on a thread of its own: a ring through a database takes milliseconds, which whoever ends a stage shall not wait for, and rings
/// that come meanwhile are one batch, counted once.
/// </summary>
public sealed class RingerThread : IDoorbell, IDisposable
{
    private readonly Func<HangfireDoorbell> _bell;
    private readonly Func<string, bool> _isServedHere;
    private readonly Action<string, Exception> _report;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _asked = new(initialState: false);
    private readonly Thread _thread;
    private Dictionary<string, int> _wanted = new(StringComparer.Ordinal);
    private volatile bool _ended;

    /// <summary>Starts the thread.</summary>
    /// <param name="bell">Opens, or answers, what rings; asked at each batch.</param>
    /// <param name="isServedHere">Asked on the ringing thread: whether it goes on with that class itself, so that this one ring is not needed.</param>
    /// <param name="report">Told of batches that could not be rung: the reconciler makes up for them.</param>
    public RingerThread(Func<HangfireDoorbell> bell, Func<string, bool> isServedHere, Action<string, Exception> report)
    {
        _report = report;
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
                Ring(resource, times);
            if (ended)
                return;
        }
    }

    private void Ring(string resource, int times)
    {
        try
        {
            _bell().Ring(resource, times);
        }
        catch (Exception e)
        {
            // A lost ring is no error of whoever asked for it, and must not end this thread.
            _report($"ringing '{resource}'", e);
        }
    }
}
