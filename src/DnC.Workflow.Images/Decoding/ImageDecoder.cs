using System.Buffers;
using DnC.Workflow.Images.Formats;
using SkiaSharp;

namespace DnC.Workflow.Images.Decoding;

/// <summary>
/// Image bytes → <see cref="PlanarImage"/>. Reads JPEG (gray, colour, CMYK), PNG, WebP (first frame) and BMP, and raw planes.
/// EXIF orientation is applied; transparent pixels are laid over white [ours]; colour profiles are ignored, as torchvision does.
/// Dimensions are checked before any pixel is decoded, and a file that decodes only in part is bad. Thread-safe.
/// </summary>
public sealed class ImageDecoder(DecodeLimits? limits = null)
{
    private readonly DecodeLimits _limits = limits ?? new DecodeLimits();
    private readonly Lock _alone = new();

    /// <summary>
    /// Decodes at the smallest scale whose short side is at least <paramref name="minSide"/> pixels: n/8 where the codec can (JPEG, WebP),
    /// then the mean over whole blocks. An image that is smaller comes at its own size; it is never enlarged.
    /// </summary>
    /// <param name="bytes">The image.</param>
    /// <param name="minSide">Pixels needed on the short side; 0 for full size.</param>
    /// <param name="id">Named in the error.</param>
    /// <exception cref="BadImageException">Corrupt, truncated, too large, or of no known format.</exception>
    public PlanarImage Decode(ImageBytes bytes, int minSide, string id = "image")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minSide);
        return bytes.Encoding == ImageEncoding.PlanarRgb
            ? PixelPlanes.FromPlanes(bytes.Data.Span, bytes.Width, bytes.Height)
            : DecodeFile(bytes.Data, minSide, id);
    }

    private unsafe PlanarImage DecodeFile(ReadOnlyMemory<byte> file, int minSide, string id)
    {
        if (file.IsEmpty)
            throw new BadImageException(id, "the file is empty");
        if (!ImageSignature.IsKnown(file.Span))
            throw new BadImageException(id, "its first bytes are not those of a JPEG, PNG, WebP or BMP");
        // Skia reads the caller's bytes in place; the codec is disposed before they are unpinned.
        using var pin = file.Pin();
        using var data = SKData.Create((nint)pin.Pointer, file.Length);
        using var codec = SKCodec.Create(data) ?? throw new BadImageException(id, "its header is corrupt or truncated");
        CheckDimensions(codec.Info, id);
        var size = ScaledSize(codec, minSide);
        if ((long)size.Width * size.Height <= _limits.AlonePixels)
            return DecodePixels(codec, size, minSide, id);
        lock (_alone)
            return DecodePixels(codec, size, minSide, id);
    }

    private void CheckDimensions(SKImageInfo info, string id)
    {
        if (info.Width < 1 || info.Height < 1)
            throw new BadImageException(id, $"its header says {info.Width}×{info.Height} pixels");
        if (info.Width > _limits.MaxSide || info.Height > _limits.MaxSide || (long)info.Width * info.Height > _limits.MaxPixels)
        {
            throw new BadImageException(id,
                $"its header says {info.Width}×{info.Height} pixels; at most {_limits.MaxPixels} pixels and {_limits.MaxSide} a side are decoded");
        }
    }

    private static SKSizeI ScaledSize(SKCodec codec, int minSide)
    {
        for (var eighths = 1; minSide > 0 && eighths < 8; eighths++)
        {
            var size = codec.GetScaledDimensions(eighths / 8f);
            if (Math.Min(size.Width, size.Height) >= minSide)
                return size;
        }
        return codec.Info.Size;
    }

    private static unsafe PlanarImage DecodePixels(SKCodec codec, SKSizeI size, int minSide, string id)
    {
        var opaque = codec.Info.AlphaType == SKAlphaType.Opaque;
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Premul);
        var length = checked(size.Width * size.Height * 4);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            fixed (byte* pixels = buffer)
            {
                var result = codec.GetPixels(info, (nint)pixels);
                if (result != SKCodecResult.Success)
                    throw new BadImageException(id, Reason(result));
            }
            var rgba = buffer.AsSpan(0, length);
            if (!opaque)
                PixelPlanes.OverWhite(rgba);
            var reduce = minSide > 0 ? Math.Max(1, Math.Min(size.Width, size.Height) / minSide) : 1;
            return PixelPlanes.FromRgba(rgba, size.Width, size.Height, codec.EncodedOrigin, reduce);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string Reason(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "truncated: the file ends before all its rows",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => "corrupt: an error within its pixel data",
        _ => $"cannot be decoded ({result})",
    };
}
