namespace DnC.Workflow.Images.Decoding;

/// <summary>One image that cannot be used: corrupt, truncated, of absurd dimensions, or of no known format. Others of its set may be fine.</summary>
public sealed class BadImageException(string id, string reason, Exception? cause = null) : Exception($"{id}: {reason}", cause)
{
    /// <summary>The image's id in its source.</summary>
    public string Id { get; } = id;

    /// <summary>What is wrong with it, for a person.</summary>
    public string Reason { get; } = reason;
}
