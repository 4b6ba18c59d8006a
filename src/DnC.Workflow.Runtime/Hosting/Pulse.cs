namespace DnC.Workflow.Runtime.Hosting;

/// <summary>Wakes all who wait for the next beat. Take <see cref="Next"/> before looking at what may have changed, and no beat is missed.</summary>
public sealed class Pulse
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next beat.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Beats.</summary>
    public void Beat() =>
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
