namespace DnC.Workflow.Stages.Execution;

/// <summary>A mistake of the person at the keyboard: shown as its message alone, exit code 2, no stack trace.</summary>
/// <param name="message">Names the file or value, what was expected, and the way out.</param>
/// <param name="inner">What was underneath, for the log.</param>
public sealed class UserInputException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A stage body's own account of why it cannot go on.</summary>
/// <param name="message">For a person: names file, step, value, and the way out.</param>
/// <param name="retryable">Whether another attempt may succeed. Bad data and bad settings do not mend themselves.</param>
/// <param name="inner">What was underneath, for the attempt's log.</param>
public class StageFailure(string message, bool retryable, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the failure budget applies; otherwise the stage fails at once.</summary>
    public bool Retryable { get; } = retryable;
}

/// <summary>The body stopped because it was asked to, after writing what it could: the attempt is released, not failed.</summary>
public sealed class StageStopped() : Exception("The stage stopped on request.");

/// <summary>An input's bytes are gone or do not match their digest: its producer has to run again.</summary>
/// <param name="input">The name of the input, as in <see cref="StageContext.Inputs"/>.</param>
/// <param name="reason">What was found.</param>
public sealed class InputLostException(string input, string reason) : Exception($"Input '{input}': {reason}")
{
    /// <summary>The input's name.</summary>
    public string Input { get; } = input;
}
