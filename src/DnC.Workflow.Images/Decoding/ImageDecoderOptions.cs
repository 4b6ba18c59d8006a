namespace DnC.Workflow.Images.Decoding;

/// <summary>What a decoder accepts, and what stands behind transparent pixels. All values are [ours].</summary>
public sealed record ImageDecoderOptions
{
    /// <summary>Most pixels an image may have, by its header; more is a bad image and nothing of it is decoded.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Longest side an image may have in pixels, by its header.</summary>
    public int MaxSide { get; init; } = 30_000;

    /// <summary>
    /// Images of more pixels than this are decoded one at a time in the whole process: their buffers (4 bytes a pixel, up to 6 more for a
    /// progressive JPEG) are the ones that many decoding threads could not afford together.
    /// </summary>
    public long MaxPixelsTogether { get; init; } = 16_000_000;

    /// <summary>What transparent pixels are composited on, R, G and B in 0..255; white by default.</summary>
    public (byte Red, byte Green, byte Blue) Background { get; init; } = (255, 255, 255);
}
