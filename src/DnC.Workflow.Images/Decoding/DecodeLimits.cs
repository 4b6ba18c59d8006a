namespace DnC.Workflow.Images.Decoding;

/// <summary>What an image's header may claim before any of its pixels are decoded. All [ours].</summary>
public sealed record DecodeLimits
{
    /// <summary>Width × height at most; 100 million by default (a decoded image of that size takes 400 MB for a moment).</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Width and height at most, each; 65,535 by default (JPEG's own bound).</summary>
    public int MaxSide { get; init; } = 65_535;

    /// <summary>Images whose decoded bitmap has more pixels than this are decoded one at a time, whatever the number of threads; 16 million by default.</summary>
    public long AlonePixels { get; init; } = 16_000_000;
}
