namespace DnC.Workflow.Images.Formats;

/// <summary>A file that changed (size or modification time) or vanished after it was indexed: what was read before no longer belongs to it.</summary>
public sealed class DataChangedException(string message, Exception? cause = null) : Exception(message, cause);
