using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Notify;

/// <summary>One answer being told to its listener, on the thread pool.</summary>
internal sealed class Telling : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenSource _stop;

    public Telling(IStageEndListener listener, StageEnd end, TimeSpan patience, TimeProvider time, Action ended, CancellationToken stop)
    {
        End = end;
        _over = new CancellationTokenSource(patience, time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, stop);
        var token = _stop.Token;
        Task = System.Threading.Tasks.Task.Run(() => listener.HearAsync(end, token), CancellationToken.None);
        _ = Task.ContinueWith(_ => ended(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public StageEnd End { get; }

    public Task Task { get; }

    /// <summary>What the listener said instead of taking it; null when it took it. Once <see cref="Task"/> is over.</summary>
    public string? Refusal => Task.IsCompletedSuccessfully ? null
        : Task.Exception?.GetBaseException() is { } error ? $"{error.GetType().Name}: {error.Message}"
        : _over.IsCancellationRequested ? "It took longer than it may." : "It was stopped.";

    public void Dispose()
    {
        _stop.Dispose();
        _over.Dispose();
    }
}
