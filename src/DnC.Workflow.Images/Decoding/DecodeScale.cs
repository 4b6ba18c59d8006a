using SkiaSharp;

namespace DnC.Workflow.Images.Decoding;

/// <summary>How small an image may be decoded while its short side keeps a wanted length.</summary>
internal static class DecodeScale
{
    /// <summary>
    /// The smallest size that the codec itself can decode to, in eighths of the full one (JPEG's own scales; WebP has any; PNG and BMP have
    /// only the full size), whose short side is at least <paramref name="minSide"/>; the full size if <paramref name="minSide"/> is 0.
    /// </summary>
    public static SKSizeI Of(SKCodec codec, int minSide)
    {
        if (minSide > 0)
            for (var eighths = 1; eighths < 8; eighths++)
            {
                // A codec answers with the nearest scale that it has, which may be below the one asked for: the answer is what counts.
                var size = codec.GetScaledDimensions(eighths / 8f);
                if (Math.Min(size.Width, size.Height) >= minSide) return size;
            }
        return new SKSizeI(codec.Info.Width, codec.Info.Height);
    }

    /// <summary>The largest whole factor by which the size can still be divided; 1 for none.</summary>
    public static int FactorLeft(SKSizeI size, int minSide) =>
        minSide == 0 ? 1 : Math.Max(1, Math.Min(size.Width, size.Height) / minSide);
}
