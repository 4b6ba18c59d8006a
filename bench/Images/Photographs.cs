using DnC.Workflow.Images.Loading;
using SkiaSharp;

namespace DnC.Workflow.Bench.Images;

/// <summary>
/// Images in place of photographs, which the project may not ship: octaves of smooth noise whose amplitude falls with their size, about as
/// natural images have it, in three correlated colours. As JPEGs of 500 × 375 they have a photograph's size in bytes.
/// </summary>
internal static class Photographs
{
    private const int Quality = 90;

    /// <summary>Interleaved bytes R, G, B of height × width.</summary>
    public static byte[] Draw(int number, int width, int height)
    {
        var shared = Octaves(DerivedRandom.Derive((ulong)number, 3), width, height);
        var pixels = new byte[3 * width * height];
        for (var channel = 0; channel < 3; channel++)
        {
            var own = Octaves(DerivedRandom.Derive((ulong)number, (ulong)channel), width, height);
            for (var i = 0; i < own.Length; i++)
                pixels[(3 * i) + channel] = (byte)Math.Clamp(128 + (90 * ((0.7f * shared[i]) + (0.3f * own[i]))), 0, 255);
        }

        return pixels;
    }

    /// <summary>A file of it, colours at half the resolution as cameras and the web have them.</summary>
    public static byte[] Jpeg(byte[] pixels, int width, int height)
    {
        using var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var target = bitmap.GetPixelSpan();
        for (var i = 0; i < width * height; i++)
        {
            pixels.AsSpan(3 * i, 3).CopyTo(target[(4 * i)..]);
            target[(4 * i) + 3] = 255;
        }

        using var pixmap = bitmap.PeekPixels();
        using var data = pixmap.Encode(new SKJpegEncoderOptions(Quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore));
        return data!.ToArray();
    }

    private static float[] Octaves(ulong key, int width, int height)
    {
        var sum = new float[width * height];
        var amplitude = 1f;
        for (var cell = 128; cell >= 1; cell /= 2, amplitude *= 0.68f)
            Add(sum, DerivedRandom.Derive(key, (ulong)cell), width, height, cell, amplitude);
        return sum;
    }

    private static void Add(float[] sum, ulong key, int width, int height, int cell, float amplitude)
    {
        var (columns, rows) = ((width / cell) + 2, (height / cell) + 2);
        var draws = new DerivedRandom(key);
        var corners = new float[columns * rows];
        for (var i = 0; i < corners.Length; i++)
            corners[i] = (float)draws.Uniform(-amplitude, amplitude);
        for (var y = 0; y < height; y++)
        {
            var (row, down) = (y / cell * columns, (float)(y % cell) / cell);
            for (var x = 0; x < width; x++)
            {
                var (at, right) = (row + (x / cell), (float)(x % cell) / cell);
                var above = corners[at] + (right * (corners[at + 1] - corners[at]));
                var below = corners[at + columns] + (right * (corners[at + columns + 1] - corners[at + columns]));
                sum[(y * width) + x] += above + (down * (below - above));
            }
        }
    }
}
