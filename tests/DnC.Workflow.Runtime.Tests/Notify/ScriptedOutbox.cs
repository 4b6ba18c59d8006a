using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Tests.Execute;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Notify;

/// <summary>An outbox in memory that is away when told to be.</summary>
internal sealed class ScriptedOutbox : IOutbox
{
    private readonly Lock _gate = new();
    private readonly List<StageEnd> _due = [];
    private readonly HashSet<long> _held = [];

    public event Action? Filled;

    /// <summary>Calls from now on that find the database away: "acknowledge", "take" …</summary>
    public string? Away { get; set; }

    /// <summary>Calls that found it away, but for takes.</summary>
    public int Refused { get; private set; }

    /// <summary>Every call: "acknowledge 1 2", "give back 3 in 1 s: …".</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public void Put(params StageEnd[] ends)
    {
        lock (_gate)
            _due.AddRange(ends);
        Filled?.Invoke();
    }

    public static StageEnd End(long delivery, string listener = "elsa") => new()
    {
        Delivery = delivery,
        Try = 1,
        RequestId = $"r{delivery}",
        Listener = listener,
        Run = $"run{delivery}",
        Stage = "a",
        Generation = 1,
        State = StageState.Succeeded,
        Ended = DateTimeOffset.UnixEpoch,
    };

    public IReadOnlyList<StageEnd> Take(OutboxRequest request)
    {
        lock (_gate)
        {
            if (Away == "take")
                throw new DatabaseAway();
            var taken = _due.Where(e => e.Listener == request.Listener && !_held.Contains(e.Delivery)).Take(request.AtMost).ToArray();
            foreach (var end in taken)
                _held.Add(end.Delivery);
            return taken;
        }
    }

    public void Hold(string holder, IReadOnlyCollection<long> deliveries, TimeSpan hold) => Call("hold", $"{string.Join(' ', deliveries)}");

    public void Acknowledge(IReadOnlyCollection<long> deliveries)
    {
        Call("acknowledge", string.Join(' ', deliveries));
        lock (_gate)
            _due.RemoveAll(e => deliveries.Contains(e.Delivery));
    }

    public void GiveBack(StageEnd end, string holder, string error, TimeSpan wait)
    {
        Call("give back", $"{end.Delivery} in {wait.TotalSeconds} s: {error}");
        lock (_gate)
            _due.Remove(end);
    }

    private void Call(string name, string what)
    {
        lock (_gate)
        {
            if (Away == name)
            {
                Refused++;
                throw new DatabaseAway();
            }

            Calls.Enqueue($"{name} {what}");
        }
    }
}
