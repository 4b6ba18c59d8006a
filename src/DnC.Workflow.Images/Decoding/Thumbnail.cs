using DnC.Workflow.Images.Formats;
using SkiaSharp;

namespace DnC.Workflow.Images.Decoding;

/// <summary>Small pictures for people to look at.</summary>
public sealed class Thumbnail
{
    private const int Quality = 82;
    private readonly ImageDecoder _decoder = new();

    /// <summary>An image as a small JPEG.</summary>
    /// <param name="id">The image's id, for messages.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="side">Its longer side in pixels, at most; smaller images stay as they are.</param>
    /// <exception cref="BadImageException">It cannot be decoded.</exception>
    public byte[] Jpeg(string id, ImageBytes bytes, int side) => Encoded(id, bytes, side, SKEncodedImageFormat.Jpeg);

    /// <summary>As <see cref="Jpeg"/>, as a small WebP: without a JPEG's tables, which of so small a picture are the half.</summary>
    /// <exception cref="BadImageException">It cannot be decoded.</exception>
    public byte[] WebP(string id, ImageBytes bytes, int side) => Encoded(id, bytes, side, SKEncodedImageFormat.Webp);

    private byte[] Encoded(string id, ImageBytes bytes, int side, SKEncodedImageFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        var image = _decoder.Decode(id, bytes, side);
        using var whole = Bitmap(image);
        var scale = Math.Min(1, (double)side / Math.Max(image.Width, image.Height));
        if (scale == 1) return Encoded(whole, format);
        var size = new SKImageInfo(Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var small = whole.Resize(size, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear))
            ?? throw new BadImageException(id, "no small picture can be made of it");
        return Encoded(small, format);
    }

    private static SKBitmap Bitmap(PlanarImage image)
    {
        var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var pixels = bitmap.GetPixelSpan();
        pixels.Fill(byte.MaxValue);
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = image.Plane(channel);
            for (var i = 0; i < plane.Length; i++) pixels[(4 * i) + channel] = Byte(plane[i]);
        }
        return bitmap;
    }

    private static byte Byte(float value) => (byte)Math.Clamp((int)((value * 255) + 0.5f), 0, 255);

    private static byte[] Encoded(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var data = bitmap.Encode(format, Quality);
        return data.ToArray();
    }
}
