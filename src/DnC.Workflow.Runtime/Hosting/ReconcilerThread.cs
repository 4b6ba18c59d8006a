using DnC.Workflow.Runtime.Recover;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>A reconciler's passes on a thread of their own: a busy thread pool must not hold up retries.</summary>
public sealed class ReconcilerThread : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Thread _thread;

    /// <summary>Starts the thread.</summary>
    public ReconcilerThread(Reconciler reconciler)
    {
        _thread = new Thread(() => reconciler.Run(_ended.Token)) { IsBackground = true, Name = "reconciler" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Cancel();
        _thread.Join();
        _ended.Dispose();
    }
}
