using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats;

/// <summary>A file that changed (size or modification time) or vanished after it was indexed: what was read before no longer belongs to it.</summary>
/// <remarks>No retry mends it: another attempt would train on other images under the key of these.</remarks>
public sealed class DataChangedException(string message, Exception? cause = null) : StageFailure(message, retryable: false, cause);
