namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>The store could not be reached, or would not answer, for as long as it is waited for. Nothing is known about what it holds.</summary>
/// <param name="message">Names the store and what it said.</param>
/// <param name="inner">What was underneath.</param>
public sealed class ArtifactStoreAwayException(string message, Exception? inner = null) : IOException(message, inner);
