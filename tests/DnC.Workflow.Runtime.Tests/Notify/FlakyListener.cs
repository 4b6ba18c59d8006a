using System.Collections.Concurrent;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Notify;

/// <summary>A listener that notes what it is told and does as a test says.</summary>
internal sealed class FlakyListener(string name = "elsa") : IStageEndListener
{
    private readonly Lock _gate = new();
    private int _now;

    public string Name => name;

    /// <summary>What comes of being told; throws to refuse.</summary>
    public Func<StageEnd, CancellationToken, Task> Does { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Everything it was told, in order.</summary>
    public ConcurrentQueue<StageEnd> Told { get; } = new();

    /// <summary>What it took, in order.</summary>
    public ConcurrentQueue<StageEnd> Taken { get; } = new();

    /// <summary>The most it was told at once.</summary>
    public int Most { get; private set; }

    public async Task HearAsync(StageEnd end, CancellationToken stop)
    {
        lock (_gate)
            Most = Math.Max(Most, ++_now);
        try
        {
            Told.Enqueue(end);
            await Does(end, stop);
            Taken.Enqueue(end);
        }
        finally
        {
            lock (_gate)
                _now--;
        }
    }
}
