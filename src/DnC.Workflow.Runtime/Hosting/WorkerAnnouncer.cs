using System.Data.Common;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>
/// Says every heartbeat that a worker is there, and reads back how many slots of each class there are in all. On a thread of its own; a
/// database that is away changes nothing but that.
/// </summary>
internal sealed class WorkerAnnouncer : IDisposable
{
    private readonly IWorkerRegistry _registry;
    private readonly LeaseSettings _lease;
    private readonly TimeProvider _time;
    private readonly Func<WorkerNote, WorkerNote> _present;
    private readonly Action<string, Exception> _report;
    private readonly CancellationTokenSource _ended = new();
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private WorkerNote _note;
    private volatile IReadOnlyDictionary<string, int> _live;
    private bool _away;

    /// <summary>Enters the worker, and goes on saying so until disposed.</summary>
    /// <param name="registry">Where.</param>
    /// <param name="note">What is said at first.</param>
    /// <param name="lease">How often.</param>
    /// <param name="time">Gives the beat.</param>
    /// <param name="present">Adds how it is with the worker now, asked at every beat.</param>
    /// <param name="report">Told of ledger errors: once when they begin.</param>
    /// <exception cref="DbException">The ledger cannot be reached.</exception>
    public WorkerAnnouncer(IWorkerRegistry registry, WorkerNote note, LeaseSettings lease, TimeProvider time, Func<WorkerNote, WorkerNote> present, Action<string, Exception> report)
    {
        (_registry, _note, _lease, _time, _present, _report) = (registry, note, lease, time, present, report);
        registry.Announce(note);
        _live = registry.LiveSlots();
        _thread = new Thread(Run) { IsBackground = true, Name = "announcer" };
        _thread.Start();
    }

    /// <summary>Slots by class over all live workers, as of the last beat.</summary>
    public IReadOnlyDictionary<string, int> LiveSlots => _live;

    /// <summary>Whether the ledger has been told that it is gone.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Says that it takes nothing more.</summary>
    public void Drain()
    {
        lock (_lock)
            _note = _note with { Draining = true };
        Beat();
    }

    /// <summary>Takes the worker out. One that cannot say so is forgotten after a while.</summary>
    public void Dispose()
    {
        _ended.Cancel();
        _thread.Join();
        _ended.Dispose();
        try
        {
            _registry.Leave(_note.Id);
            HasLeft = true;
        }
        catch (DbException e)
        {
            _report("leaving", e);
        }
    }

    private void Run()
    {
        while (_time.Block(_lease.Heartbeat, _ended.Token))
            Beat();
    }

    private void Beat()
    {
        try
        {
            lock (_lock)
                _registry.Announce(_present(_note));
            _live = _registry.LiveSlots();
            _away = false;
        }
        catch (Exception e)
        {
            // Once when it goes away. Whatever it is must not end this thread: the worker would look dead.
            if (!_away || e is not DbException)
                _report("announcing", e);
            _away = e is DbException;
        }
    }
}
