using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>Runs bodies on the engine's own thread: for no-op bodies and tests. A body that does not stop when asked is waited for.</summary>
/// <param name="executors">The known executors.</param>
public sealed class InProcessHost(IReadOnlyList<IStageExecutor> executors) : IStageHost
{
    /// <inheritdoc/>
    public AttemptOutcome Run(HostedAttempt attempt)
    {
        attempt.Begun();
        return BodyRun.Execute(
            executors, attempt.Invocation, new StageReport(attempt.Progress, attempt.Log.Line, attempt.Metrics), attempt.Commit, () => attempt.Stop.IsRequested);
    }
}
