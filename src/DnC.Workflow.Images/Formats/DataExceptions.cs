namespace DnC.Workflow.Images.Formats;

/// <summary>
/// A data folder, shard or label file that cannot be used. The message names the file, what is wrong with it and the way out: it is meant
/// for the person who gave the path.
/// </summary>
public sealed class DataException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>A file that changed (size or modification time) or vanished after it was indexed: what was read before no longer belongs to it.</summary>
public sealed class DataChangedException(string message, Exception? cause = null) : Exception(message, cause);
