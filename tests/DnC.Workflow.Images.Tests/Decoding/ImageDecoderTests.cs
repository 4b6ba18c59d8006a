using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;

namespace DnC.Workflow.Images.Tests.Decoding;

public class ImageDecoderTests
{
    private readonly ImageDecoder _decoder = new();

    [Theory]
    [MemberData(nameof(PillowCase.Names), MemberType = typeof(PillowCase))]
    public void Reads_what_Pillow_reads(string name)
    {
        var expected = PillowCase.Of(name);
        var image = _decoder.Decode(name, ImageBytes.Compressed(expected.File), minSide: 0);
        Assert.Equal((expected.Width, expected.Height), (image.Width, image.Height));
        Assert.Equal(expected.Rgb.Length, image.Data.Length);
        for (var i = 0; i < image.Data.Length; i++)
            Assert.True(
                Math.Abs(image.Data[i] * 255 - expected.Rgb[i]) <= expected.Tolerance + 1e-3,
                $"value {i}: {image.Data[i] * 255}, Pillow has {expected.Rgb[i]}");
    }

    [Fact]
    public void Lossless_values_are_those_of_a_division_by_255_to_the_last_bit()
    {
        var expected = PillowCase.Of("rgb.png");
        var image = _decoder.Decode("a", ImageBytes.Compressed(expected.File), 0);
        Assert.Equal(expected.Rgb.Select(value => value / 255f), image.Data);
    }

    [Fact]
    public void The_background_is_an_option()
    {
        var expected = PillowCase.Of("rgba.png");
        var black = new ImageDecoder(new ImageDecoderOptions { Background = (0, 255, 0) });
        var image = black.Decode("a", ImageBytes.Compressed(expected.File), 0);
        // The leftmost column is fully transparent.
        Assert.Equal((0f, 1f, 0f), (image.Plane(0)[0], image.Plane(1)[0], image.Plane(2)[0]));
    }

    [Fact]
    public void Raw_planes_are_read_without_a_codec()
    {
        var planes = new byte[3 * 32 * 33];
        for (var i = 0; i < planes.Length; i++) planes[i] = (byte)(i * 7);
        var image = _decoder.Decode("a", ImageBytes.PlanarRgb(planes, 33, 32), minSide: 8);
        Assert.Equal((33, 32), (image.Width, image.Height));
        Assert.Equal(planes.Select(value => value / 255f), image.Data);
    }

    [Fact]
    public void Many_threads_read_the_same()
    {
        var cases = PillowCase.All;
        var alone = cases.Select(each => _decoder.Decode("a", ImageBytes.Compressed(each.File), 0).Data).ToArray();
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var image = _decoder.Decode("a", ImageBytes.Compressed(cases[i % cases.Length].File), 0);
            Assert.Equal(alone[i % cases.Length], image.Data);
        });
    }

    [Fact]
    public void A_negative_side_is_a_callers_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Decode("a", ImageBytes.PlanarRgb(new byte[3], 1, 1), -1));
}
