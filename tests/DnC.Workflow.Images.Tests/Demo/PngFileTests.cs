using DnC.Workflow.Images.Demo;
using SkiaSharp;

namespace DnC.Workflow.Images.Tests.Demo;

public class PngFileTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(32, 32)]
    [InlineData(300, 200)]
    public void Another_decoder_reads_the_pixels_back(int width, int height)
    {
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i * 37 + i / 251);
        using var bitmap = SKBitmap.Decode(PngFile.Write(pixels, width, height));
        Assert.Equal((width, height), (bitmap.Width, bitmap.Height));
        Assert.Equal(pixels, bitmap.Pixels.SelectMany(pixel => new[] { pixel.Red, pixel.Green, pixel.Blue }));
    }

    [Fact]
    public void Too_few_pixels_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => PngFile.Write(new byte[11], 2, 2));
}
