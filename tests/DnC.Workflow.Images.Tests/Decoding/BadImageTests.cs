using System.Buffers.Binary;
using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;
using SkiaSharp;

namespace DnC.Workflow.Images.Tests.Decoding;

public class BadImageTests
{
    private readonly ImageDecoder _decoder = new();

    [Theory]
    [InlineData(50_000, 50_000, "side")]
    [InlineData(30_001, 1, "side")]
    [InlineData(20_000, 20_000, "pixels")]
    [InlineData(int.MaxValue, int.MaxValue, "side")]
    [InlineData(1, int.MaxValue, "side")]
    public void Absurd_dimensions_are_refused_by_the_header(int width, int height, string says)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var bad = Refused(EncodedPictures.PngHeaderOnly(width, height));
        Assert.Contains($"{width}×{height}", bad.Reason, StringComparison.Ordinal);
        Assert.Contains(says, bad.Reason, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(40_000, 1, "40000×1 pixels")]
    [InlineData(int.MaxValue, int.MaxValue, "2147483647×2147483647 pixels")]
    [InlineData(1, int.MinValue, "1×2147483648 pixels")]
    [InlineData(0, 8, "0×8 pixels")]
    public void Absurd_dimensions_of_a_bitmap_are_told_too(int width, int height, string says)
    {
        var file = (byte[])PillowCase.Of("rgb.bmp").File.Clone();
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        Assert.Contains(says, Refused(file).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limits_are_options()
    {
        var file = ImageBytes.Compressed(EncodedPictures.Smooth(40, 30, SKEncodedImageFormat.Png));
        Assert.Throws<BadImageException>(() => new ImageDecoder(new ImageDecoderOptions { MaxSide = 39 }).Decode("a", file, 0));
        Assert.Throws<BadImageException>(() => new ImageDecoder(new ImageDecoderOptions { MaxPixels = 1199 }).Decode("a", file, 0));
        var narrow = new ImageDecoderOptions { MaxSide = 40, MaxPixels = 1200, MaxPixelsTogether = 1 };
        Assert.Equal(40, new ImageDecoder(narrow).Decode("a", file, 0).Width);
    }

    [Theory]
    [MemberData(nameof(PillowCase.Names), MemberType = typeof(PillowCase))]
    public void A_file_cut_off_anywhere_is_bad_or_lacks_nothing(string name)
    {
        var file = PillowCase.Of(name).File;
        var whole = _decoder.Decode(name, ImageBytes.Compressed(file), 0).Data;
        for (var length = 0; length < file.Length; length++)
        {
            if (DecodedOrNull(file.AsMemory(0, length), 0) is not { } image) continue;
            // What follows the last pixel (checksums and an end marker) may be missing; then the pixels are all there.
            Assert.InRange(file.Length - length, 1, 24);
            Assert.Equal(whole, image.Data);
        }
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void A_larger_file_cut_off_is_bad_at_every_scale(SKEncodedImageFormat format)
    {
        var file = EncodedPictures.Smooth(320, 240, format);
        foreach (var minSide in new[] { 0, 40, 150 })
            for (var part = 1; part < 40; part++)
                Assert.Null(DecodedOrNull(file.AsMemory(0, file.Length * part / 40), minSide));
    }

    [Fact]
    public void Random_bytes_are_bad()
    {
        var draws = new Random(7);
        for (var i = 0; i < 3000; i++)
        {
            var bytes = new byte[draws.Next(0, 400)];
            draws.NextBytes(bytes);
            Assert.Null(DecodedOrNull(bytes, 0));
        }
    }

    [Theory]
    [MemberData(nameof(PillowCase.Names), MemberType = typeof(PillowCase))]
    public void Damaged_files_are_bad_or_decode(string name)
    {
        var file = PillowCase.Of(name).File;
        var draws = new Random(file.Length);
        for (var i = 0; i < 300; i++)
        {
            var damaged = (byte[])file.Clone();
            for (var hits = draws.Next(1, 6); hits > 0; hits--) damaged[draws.Next(damaged.Length)] = (byte)draws.Next(256);
            if (DecodedOrNull(damaged, draws.Next(3) * 5) is not { } image) continue;
            Assert.DoesNotContain(image.Data, value => !(value is >= 0 and <= 1));
        }
    }

    [Fact]
    public void The_reason_says_what_it_is()
    {
        Assert.Contains("empty", Refused([]).Reason, StringComparison.Ordinal);
        Assert.Contains("too short", Refused("not found"u8.ToArray()).Reason, StringComparison.Ordinal);
        Assert.Contains("known format", Refused(new byte[500]).Reason, StringComparison.Ordinal);
        Assert.Contains("Gif", Refused(Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")).Reason, StringComparison.Ordinal);
        var jpeg = EncodedPictures.Smooth(64, 64, SKEncodedImageFormat.Jpeg);
        Assert.Contains("cut off", Refused(jpeg[..(jpeg.Length - 200)]).Reason, StringComparison.Ordinal);
        var raw = Assert.Throws<BadImageException>(
            () => _decoder.Decode("a", new ImageBytes(new byte[10], ImageEncoding.PlanarRgb, 2, 2), 0));
        Assert.Contains("10 bytes", raw.Reason, StringComparison.Ordinal);
    }

    private BadImageException Refused(byte[] file)
    {
        var bad = Assert.Throws<BadImageException>(() => _decoder.Decode("cats/1.png", ImageBytes.Compressed(file), 0));
        Assert.Equal("cats/1.png", bad.Id);
        return bad;
    }

    private PlanarImage? DecodedOrNull(ReadOnlyMemory<byte> file, int minSide)
    {
        try
        {
            return _decoder.Decode("a", ImageBytes.Compressed(file), minSide);
        }
        catch (BadImageException bad)
        {
            Assert.NotEmpty(bad.Reason);
            return null;
        }
    }
}
