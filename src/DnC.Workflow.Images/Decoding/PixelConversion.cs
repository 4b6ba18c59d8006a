using System.Numerics;

namespace DnC.Workflow.Images.Decoding;

/// <summary>
/// 8-bit values to floats in 0..1. A division by 255 and no product with 1/255: torchvision's <c>to_tensor</c> divides, and the values are
/// equal to its to the last bit.
/// </summary>
internal static class PixelConversion
{
    /// <summary>A row of opaque pixels to three planes' rows of the same length.</summary>
    public static void Opaque(ReadOnlySpan<uint> row, Span<float> red, Span<float> green, Span<float> blue)
    {
        var x = 0;
        for (var low = new Vector<uint>(255); x <= row.Length - Vector<uint>.Count; x += Vector<uint>.Count)
        {
            var pixels = new Vector<uint>(row[x..]);
            Unit(pixels & low).CopyTo(red[x..]);
            Unit((pixels >> 8) & low).CopyTo(green[x..]);
            Unit((pixels >> 16) & low).CopyTo(blue[x..]);
        }
        for (; x < row.Length; x++)
        {
            red[x] = (row[x] & 255) / 255f;
            green[x] = ((row[x] >> 8) & 255) / 255f;
            blue[x] = ((row[x] >> 16) & 255) / 255f;
        }
    }

    /// <summary>
    /// A row of pixels with (unpremultiplied) alpha, composited on a background: (c·a + background·(255−a)) / 255². Where a is 255 this is
    /// c/255 to the last bit.
    /// </summary>
    public static void Composited(
        ReadOnlySpan<uint> row, Span<float> red, Span<float> green, Span<float> blue, (byte Red, byte Green, byte Blue) background)
    {
        for (var x = 0; x < row.Length; x++)
        {
            var pixel = row[x];
            var alpha = pixel >> 24;
            red[x] = Over(pixel & 255, alpha, background.Red);
            green[x] = Over((pixel >> 8) & 255, alpha, background.Green);
            blue[x] = Over((pixel >> 16) & 255, alpha, background.Blue);
        }
    }

    /// <summary>Single bytes, whatever they stand for; both spans have the same length.</summary>
    public static void Bytes(ReadOnlySpan<byte> values, Span<float> units)
    {
        var i = 0;
        for (; i <= values.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(values[i..]), out var low, out var high);
            WidenUnits(low, units[i..]);
            WidenUnits(high, units[(i + Vector<ushort>.Count)..]);
        }
        for (; i < values.Length; i++) units[i] = values[i] / 255f;
    }

    private static void WidenUnits(Vector<ushort> values, Span<float> units)
    {
        Vector.Widen(values, out var low, out var high);
        Unit(low).CopyTo(units);
        Unit(high).CopyTo(units[Vector<uint>.Count..]);
    }

    // Through int: unsigned to float has no instruction before AVX-512, and the values are below 256.
    private static Vector<float> Unit(Vector<uint> value) => Vector.ConvertToSingle(Vector.AsVectorInt32(value)) / new Vector<float>(255);

    private static float Over(uint value, uint alpha, byte background) => (value * alpha + background * (255 - alpha)) / (255f * 255);
}
