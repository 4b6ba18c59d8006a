using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;
using SkiaSharp;

namespace DnC.Workflow.Images.Tests.Decoding;

public sealed class ThumbnailTests
{
    [Theory]
    [InlineData(300, 150, 64, 64, 32)]
    [InlineData(150, 300, 64, 32, 64)]
    [InlineData(30, 20, 64, 30, 20)]
    [InlineData(1000, 2, 100, 100, 1)]
    public void Its_longer_side_is_at_most_what_is_asked_and_small_images_stay(int width, int height, int side, int expectedWidth, int expectedHeight)
    {
        var bytes = ImageBytes.Compressed(EncodedPictures.Smooth(width, height, SKEncodedImageFormat.Png));
        foreach (var (made, format) in new[] { (new Thumbnail().Jpeg("a", bytes, side), SKEncodedImageFormat.Jpeg), (new Thumbnail().WebP("a", bytes, side), SKEncodedImageFormat.Webp) })
        {
            using var codec = SKCodec.Create(new MemoryStream(made));
            Assert.Equal(format, codec.EncodedFormat);
            Assert.Equal((expectedWidth, expectedHeight), (codec.Info.Width, codec.Info.Height));
        }
    }

    [Fact]
    public void It_shows_what_the_image_shows()
    {
        using var halves = new SKBitmap(200, 100);
        using (var canvas = new SKCanvas(halves))
        {
            canvas.Clear(new SKColor(200, 30, 40));
            canvas.DrawRect(100, 0, 100, 100, new SKPaint { Color = new SKColor(20, 60, 220) });
        }

        using var png = halves.Encode(SKEncodedImageFormat.Png, 100);
        using var small = SKBitmap.Decode(new Thumbnail().WebP("a", ImageBytes.Compressed(png.ToArray()), 40));
        Near(new SKColor(200, 30, 40), small.GetPixel(8, 10));
        Near(new SKColor(20, 60, 220), small.GetPixel(32, 10));

        static void Near(SKColor expected, SKColor actual)
        {
            // Lossy, with half the resolution in colour.
            Assert.InRange(actual.Red - expected.Red, -12, 12);
            Assert.InRange(actual.Green - expected.Green, -12, 12);
            Assert.InRange(actual.Blue - expected.Blue, -12, 12);
        }
    }

    [Fact]
    public void What_is_no_image_is_named() =>
        Assert.Contains("noise.png", Assert.Throws<BadImageException>(() => new Thumbnail().Jpeg("noise.png", ImageBytes.Compressed(new byte[] { 1, 2, 3 }), 64)).Message, StringComparison.Ordinal);
}
