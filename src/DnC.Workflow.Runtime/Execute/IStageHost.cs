using DnC.Workflow.Runtime.Execute.Body;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>Where a stage body runs: a child process, or the engine's own for no-op bodies and tests.</summary>
public interface IStageHost
{
    /// <summary>Runs a body to its end, blocking the calling thread. Throws nothing that a body does.</summary>
    AttemptOutcome Run(HostedAttempt attempt);
}

/// <summary>What a host needs to run a body.</summary>
public sealed record HostedAttempt
{
    /// <summary>What to run.</summary>
    public required StageInvocation Invocation { get; init; }

    /// <summary>The wish to stop.</summary>
    public required StopSignal Stop { get; init; }

    /// <summary>The attempt's log.</summary>
    public required AttemptLog Log { get; init; }

    /// <summary>Called once the body has begun: its process is there, and has what it waited for.</summary>
    public Action Begun { get; init; } = () => { };

    /// <summary>Takes progress; cheap.</summary>
    public required Action<StageProgress> Progress { get; init; }

    /// <summary>Takes the points of the curves; cheap, and throws nothing.</summary>
    public Action<StageMetrics> Metrics { get; init; } = _ => { };

    /// <summary>Makes a checkpoint folder the resume point; false: the attempt is not the current one any more.</summary>
    public required Func<string, long, bool> Commit { get; init; }
}
