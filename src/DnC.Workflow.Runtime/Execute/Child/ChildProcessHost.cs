using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Execute.Child;

/// <summary>Runs each body in a child process: thread count, generator and allocator are per process, and a native crash must not take the engine along.</summary>
/// <param name="command">How to start it.</param>
/// <param name="lease">The grace between a request to stop and the kill.</param>
/// <param name="time">Measures the grace.</param>
public sealed class ChildProcessHost(ChildCommand command, LeaseSettings lease, TimeProvider time) : IStageHost
{
    /// <inheritdoc/>
    public AttemptOutcome Run(HostedAttempt attempt)
    {
        using var child = new ChildProcess(command, attempt, lease.Grace, time);
        return child.Serve();
    }
}
