using DnC.Workflow.Images.Formats;
using SkiaSharp;

namespace DnC.Workflow.Images.Decoding;

/// <summary>
/// Bytes to planes: JPEG, PNG, WebP and BMP with Skia, raw planes as they are. Upright by the EXIF orientation; grayscale and palettes
/// become RGB, CMYK by Skia's conversion, transparency is composited on a background. Embedded colour profiles are ignored, as
/// torchvision ignores them. May be called from many threads at once.
/// </summary>
public sealed class ImageDecoder(ImageDecoderOptions? options = null)
{
    private static readonly Lock LargeImages = new();
    private readonly ImageDecoderOptions _options = options ?? new ImageDecoderOptions();

    /// <summary>Decodes an image.</summary>
    /// <param name="id">Its id, for messages.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="minSide">
    /// Short side in pixels that has to survive: an image with more is decoded at the smallest scale that keeps it, and where that still
    /// leaves twice as much, shrunk by the whole factor that keeps it. 0 decodes at full size. Raw planes stay as they are.
    /// </param>
    /// <exception cref="BadImageException">No image, of an unknown format, too large, corrupt, or cut off.</exception>
    public PlanarImage Decode(string id, ImageBytes bytes, int minSide)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentOutOfRangeException.ThrowIfNegative(minSide);
        return bytes.Encoding switch
        {
            ImageEncoding.PlanarRgb => Planes(id, bytes),
            ImageEncoding.Compressed => Compressed(id, bytes.Data, minSide),
            _ => throw new ArgumentOutOfRangeException(nameof(bytes), bytes.Encoding, "Unknown encoding."),
        };
    }

    private static PlanarImage Planes(string id, ImageBytes bytes)
    {
        if (bytes.Width < 1 || bytes.Height < 1 || bytes.Data.Length != 3L * bytes.Width * bytes.Height)
            throw new BadImageException(id, $"{bytes.Data.Length} bytes; raw planes of 3×{bytes.Height}×{bytes.Width} were announced");
        var image = Unwritten(bytes.Width, bytes.Height);
        PixelConversion.Bytes(bytes.Data.Span, image.Data);
        return image;
    }

    private unsafe PlanarImage Compressed(string id, ReadOnlyMemory<byte> file, int minSide)
    {
        if (file.IsEmpty) throw new BadImageException(id, "an empty file");
        if (DeclaredSize.Of(file.Span) is { } declared) CheckSize(id, declared.Width, declared.Height);
        using var pin = file.Pin();
        using var data = SKData.Create((nint)pin.Pointer, file.Length);
        using var codec = SKCodec.Create(new SKMemoryStream(data), out var opened) ?? throw new BadImageException(id, HeaderReason(opened));
        CheckHeader(id, codec);
        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg && JpegStructure.IsProgressiveCutOff(file.Span))
            throw new BadImageException(id, "cut off: a progressive JPEG without its end, of which only a blurred image is left");
        if ((long)codec.Info.Width * codec.Info.Height <= _options.MaxPixelsTogether) return Decode(id, codec, minSide);
        lock (LargeImages) return Decode(id, codec, minSide);
    }

    private void CheckHeader(string id, SKCodec codec)
    {
        if (codec.EncodedFormat is not
            (SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Bmp))
            throw new BadImageException(id, $"a {codec.EncodedFormat} image; JPEG, PNG, WebP and BMP are read");
        CheckSize(id, codec.Info.Width, codec.Info.Height);
    }

    private void CheckSize(string id, long width, long height)
    {
        if (width < 1 || height < 1) throw new BadImageException(id, $"{width}×{height} pixels by its header");
        if (Math.Max(width, height) > _options.MaxSide)
            throw new BadImageException(id, $"{width}×{height} pixels by its header; a side has at most {_options.MaxSide}");
        if (width * height > _options.MaxPixels)
            throw new BadImageException(id, $"{width}×{height} pixels by its header; at most {_options.MaxPixels} are decoded");
    }

    private unsafe PlanarImage Decode(string id, SKCodec codec, int minSide)
    {
        var size = DecodeScale.Of(codec, minSide);
        var opaque = codec.Info.AlphaType == SKAlphaType.Opaque;
        // No colour space: the values come as they were encoded.
        var target = new SKImageInfo(
            size.Width, size.Height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul, colorspace: null);
        var scratch = DecodeScratch.OfThread;
        var buffer = scratch.Pixels(size.Width * size.Height);
        fixed (uint* pixels = buffer)
        {
            // Incomplete input counts as bad: Skia would fill the missing rows, and a half-gray photo is no photo.
            var result = codec.GetPixels(target, (nint)pixels);
            if (result != SKCodecResult.Success) throw new BadImageException(id, Reason(result));
        }
        var upright = new OrientedPixels(buffer, size.Width, size.Height, codec.EncodedOrigin);
        var factor = DecodeScale.FactorLeft(size, minSide);
        return factor > 1 ? Reduced(upright, opaque, factor, scratch) : Whole(upright, opaque, scratch);
    }

    /// <summary>An image every value of which will be written: clearing it first would cost as much as converting into it.</summary>
    private static PlanarImage Unwritten(int width, int height) => new(width, height, GC.AllocateUninitializedArray<float>(checked(3 * width * height)));

    private PlanarImage Whole(OrientedPixels upright, bool opaque, DecodeScratch scratch)
    {
        var image = Unwritten(upright.Width, upright.Height);
        var row = scratch.Row(upright.Width);
        for (var y = 0; y < upright.Height; y++)
        {
            var at = y * upright.Width;
            Convert(
                upright.Row(y, row), opaque, image.Plane(0).Slice(at, upright.Width), image.Plane(1).Slice(at, upright.Width),
                image.Plane(2).Slice(at, upright.Width));
        }
        return image;
    }

    private PlanarImage Reduced(OrientedPixels upright, bool opaque, int factor, DecodeScratch scratch)
    {
        var (width, height) = (upright.Width, upright.Height);
        var reduction = new BoxReduction(width, height, factor);
        var row = scratch.Row(width);
        var lanes = scratch.Lanes(width);
        for (var y = 0; y < height; y++)
        {
            Convert(upright.Row(y, row), opaque, lanes[..width], lanes[width..(2 * width)], lanes[(2 * width)..]);
            for (var channel = 0; channel < 3; channel++) reduction.Add(channel, y, lanes.Slice(channel * width, width));
        }
        return reduction.Image;
    }

    private void Convert(ReadOnlySpan<uint> row, bool opaque, Span<float> red, Span<float> green, Span<float> blue)
    {
        if (opaque) PixelConversion.Opaque(row, red, green, blue);
        else PixelConversion.Composited(row, red, green, blue, _options.Background);
    }

    private static string HeaderReason(SKCodecResult result) => result == SKCodecResult.IncompleteInput
        ? "cut off within its header, or too short to be an image"
        : Reason(result);

    private static string Reason(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "cut off: the file ends before the image does",
        SKCodecResult.ErrorInInput => "corrupt: decoding failed within the image",
        SKCodecResult.Unimplemented => "no image of a known format; JPEG, PNG, WebP and BMP are read",
        SKCodecResult.InvalidInput => "corrupt: its header or its data are not valid",
        _ => $"it cannot be decoded ({result})",
    };
}
