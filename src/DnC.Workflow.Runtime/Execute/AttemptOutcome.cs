using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>How a stage body ended, before the ledger has been told.</summary>
public abstract record AttemptOutcome
{
    private AttemptOutcome()
    {
    }

    /// <summary>It did its work; what is in the output folder is the result.</summary>
    public sealed record Finished(StageResult Result) : AttemptOutcome;

    /// <summary>It stopped on request, or was killed for not doing so.</summary>
    /// <param name="How">For the attempt's record.</param>
    public sealed record Stopped(string How) : AttemptOutcome;

    /// <summary>It could not go on.</summary>
    public sealed record Failed(AttemptFailure Failure) : AttemptOutcome;

    /// <summary>An input's bytes are gone or damaged.</summary>
    public sealed record InputLost(string Input, string Reason) : AttemptOutcome;

    /// <summary>This machine does not see the images that the run's submitter saw.</summary>
    public sealed record Unseen(string Reason) : AttemptOutcome;

    /// <summary>The body never began, or could not go on, for what is wrong with this machine.</summary>
    /// <param name="Failure">What it is where no other machine could do better.</param>
    public sealed record Unfit(AttemptFailure Failure) : AttemptOutcome;

    /// <summary>The artifact store could not be reached: nothing is known about what it holds.</summary>
    public sealed record StoreAway(string Reason) : AttemptOutcome;

    /// <summary>What an exception means, whether the body threw it or the engine while serving the body.</summary>
    /// <param name="exception">Kept whole in the attempt's detail.</param>
    /// <param name="place">The folder that was being written, for a full disk.</param>
    public static AttemptOutcome Of(Exception exception, string place) => exception switch
    {
        StageStopped => new Stopped("stopped on request"),
        InputLostException lost => new InputLost(lost.Input, lost.Message),
        CannotBeginException unfit => new Unfit(new AttemptFailure(unfit.Message, unfit.Retryable, unfit.InnerException?.ToString())),
        ArtifactStoreAwayException away => new StoreAway(away.Message),
        UserInputException input => Mistaken(input.Message),
        StageFailure { Retryable: false, InnerException: null or UserInputException } failure => Mistaken(failure.Message),
        StageFailure failure => Broken(failure.Message, failure.Retryable, exception),
        _ when DiskFull.IsCauseOf(exception) => Broken(DiskFull.Failure(place, exception).Message, retryable: true, exception),
        OutOfMemoryException => Broken($"Out of memory: {exception.Message}", retryable: true, exception),
        _ => Broken($"{exception.GetType().Name}: {exception.Message}", retryable: true, exception),
    };

    // Of a person's own mistake the message says all: where in the program it was found is no help.
    private static Failed Mistaken(string message) => new(new AttemptFailure(message, Retryable: false));

    private static Failed Broken(string message, bool retryable, Exception exception) =>
        new(new AttemptFailure(message, retryable, exception.ToString()));
}
