using SkiaSharp;

namespace DnC.Workflow.Images.Decoding;

/// <summary>
/// Decoded pixels, one <see cref="uint"/> each (R in the lowest byte, then G, B, A), seen upright: the EXIF orientation is applied as rows
/// are read, so that no turned copy of the image is made.
/// </summary>
internal readonly ref struct OrientedPixels
{
    private readonly ReadOnlySpan<uint> _pixels;
    private readonly int _start;
    private readonly int _stepX;
    private readonly int _stepY;

    /// <param name="pixels">Stored rows, without padding.</param>
    /// <param name="width">Stored width.</param>
    /// <param name="height">Stored height.</param>
    /// <param name="origin">Where the stored first row and column belong (EXIF's values 1 to 8).</param>
    public OrientedPixels(ReadOnlySpan<uint> pixels, int width, int height, SKEncodedOrigin origin)
    {
        _pixels = pixels[..(width * height)];
        var (right, down) = (width - 1, (height - 1) * width);
        (_start, _stepX, _stepY) = origin switch
        {
            SKEncodedOrigin.TopRight => (right, -1, width),
            SKEncodedOrigin.BottomRight => (right + down, -1, -width),
            SKEncodedOrigin.BottomLeft => (down, 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (down, -width, 1),
            SKEncodedOrigin.RightBottom => (right + down, -width, -1),
            SKEncodedOrigin.LeftBottom => (right, width, -1),
            _ => (0, 1, width),
        };
        (Width, Height) = origin >= SKEncodedOrigin.LeftTop ? (height, width) : (width, height);
    }

    /// <summary>Upright width.</summary>
    public int Width { get; }

    /// <summary>Upright height.</summary>
    public int Height { get; }

    /// <summary>An upright row; <paramref name="scratch"/> (≥ <see cref="Width"/>) holds it where it is not stored in one piece.</summary>
    public ReadOnlySpan<uint> Row(int y, Span<uint> scratch)
    {
        var at = _start + y * _stepY;
        if (_stepX == 1) return _pixels.Slice(at, Width);
        for (var x = 0; x < Width; x++, at += _stepX) scratch[x] = _pixels[at];
        return scratch[..Width];
    }
}
