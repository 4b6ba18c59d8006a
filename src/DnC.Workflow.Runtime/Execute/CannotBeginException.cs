namespace DnC.Workflow.Runtime.Execute;

/// <summary>An attempt could not begin its body, which has nothing to do with what the body is.</summary>
/// <param name="message">A sentence with the way out.</param>
/// <param name="innerException">What was found.</param>
public sealed class CannotBeginException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether another attempt on this very machine may succeed.</summary>
    public bool Retryable { get; init; } = true;
}
