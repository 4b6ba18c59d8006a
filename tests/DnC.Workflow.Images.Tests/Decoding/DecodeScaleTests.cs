using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;
using SkiaSharp;

namespace DnC.Workflow.Images.Tests.Decoding;

public class DecodeScaleTests
{
    private readonly ImageDecoder _decoder = new();

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 500, 375, 256, 375, 282)]
    [InlineData(SKEncodedImageFormat.Jpeg, 500, 375, 0, 500, 375)]
    [InlineData(SKEncodedImageFormat.Jpeg, 500, 375, 376, 500, 375)]
    [InlineData(SKEncodedImageFormat.Jpeg, 512, 512, 64, 64, 64)]
    [InlineData(SKEncodedImageFormat.Jpeg, 1024, 1024, 32, 32, 32)]
    [InlineData(SKEncodedImageFormat.Webp, 500, 375, 256, 375, 281)]
    [InlineData(SKEncodedImageFormat.Png, 500, 375, 256, 500, 375)]
    [InlineData(SKEncodedImageFormat.Png, 500, 375, 180, 250, 188)]
    [InlineData(SKEncodedImageFormat.Png, 500, 375, 32, 46, 35)]
    public void Decodes_at_the_smallest_scale_that_keeps_the_side(
        SKEncodedImageFormat format, int width, int height, int minSide, int toWidth, int toHeight)
    {
        var image = _decoder.Decode("a", ImageBytes.Compressed(EncodedPictures.Smooth(width, height, format)), minSide);
        Assert.InRange(image.Width, toWidth, toWidth + 1);
        Assert.InRange(image.Height, toHeight, toHeight + 1);
    }

    [Fact]
    public void The_side_is_kept_whatever_the_size()
    {
        var draws = new Random(20260);
        for (var i = 0; i < 120; i++)
        {
            var (width, height, minSide) = (draws.Next(1, 300), draws.Next(1, 300), draws.Next(1, 200));
            var format = (i % 3) switch { 0 => SKEncodedImageFormat.Jpeg, 1 => SKEncodedImageFormat.Png, _ => SKEncodedImageFormat.Webp };
            var image = _decoder.Decode("a", ImageBytes.Compressed(EncodedPictures.Smooth(width, height, format)), minSide);
            Assert.True(
                Math.Min(image.Width, image.Height) >= Math.Min(minSide, Math.Min(width, height)),
                $"{format} {width}×{height} for {minSide}: {image.Width}×{image.Height}");
        }
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Scaled_values_are_the_means_of_the_full_ones(SKEncodedImageFormat format)
    {
        var file = ImageBytes.Compressed(EncodedPictures.Smooth(256, 192, format, quality: 100));
        var (full, scaled) = (_decoder.Decode("a", file, 0), _decoder.Decode("a", file, 48));
        Assert.Equal((64, 48), (scaled.Width, scaled.Height));
        for (var channel = 0; channel < 3; channel++)
            for (var y = 0; y < 48; y++)
                for (var x = 0; x < 64; x++)
                {
                    var mean = 0f;
                    for (var k = 0; k < 16; k++) mean += full.Plane(channel)[(4 * y + k / 4) * 256 + 4 * x + k % 4] / 16;
                    Assert.Equal(mean, scaled.Plane(channel)[y * 64 + x], format == SKEncodedImageFormat.Png ? 1e-5f : 0.03f);
                }
    }

    [Fact]
    public void The_cells_at_the_edge_are_means_of_what_is_there()
    {
        // 5×3 by 2: the last column and row of cells are halves.
        var reduction = new BoxReduction(5, 3, 2);
        for (var y = 0; y < 3; y++) reduction.Add(0, y, [10 * y, 10 * y + 1, 10 * y + 2, 10 * y + 3, 10 * y + 4]);
        Assert.Equal((3, 2), (reduction.Image.Width, reduction.Image.Height));
        Assert.Equal([5.5f, 7.5f, 9f, 20.5f, 22.5f, 24f], reduction.Image.Plane(0).ToArray());
    }
}
