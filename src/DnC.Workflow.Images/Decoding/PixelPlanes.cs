using SkiaSharp;

namespace DnC.Workflow.Images.Decoding;

/// <summary>8-bit pixels → float planes, turned upright and reduced by whole factors on the way.</summary>
internal static class PixelPlanes
{
    // value/255 exactly as torchvision's to_tensor has it; a multiplication by 1/255 differs in the last bit.
    private static readonly float[] Unit = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    /// <summary>Raw R, G, B planes of bytes.</summary>
    public static PlanarImage FromPlanes(ReadOnlySpan<byte> planes, int width, int height)
    {
        var image = new PlanarImage(width, height);
        var data = image.Data;
        for (var i = 0; i < data.Length; i++)
            data[i] = Unit[planes[i]];
        return image;
    }

    /// <summary>Lays interleaved premultiplied RGBA over white in place: c + (255 − a). Opaque pixels keep their values.</summary>
    public static void OverWhite(Span<byte> rgba)
    {
        for (var i = 0; i + 3 < rgba.Length; i += 4)
        {
            var rest = (byte)(255 - rgba[i + 3]);
            // Premultiplied: no colour exceeds its alpha, so the sum stays within a byte.
            rgba[i] += rest;
            rgba[i + 1] += rest;
            rgba[i + 2] += rest;
        }
    }

    /// <summary>
    /// Interleaved RGBA of height × width → planes, in the orientation that <paramref name="origin"/> asks for. With
    /// <paramref name="reduce"/> above 1 each output value is the mean of reduce × reduce pixels; a remainder at the right and bottom is left out.
    /// </summary>
    public static PlanarImage FromRgba(ReadOnlySpan<byte> rgba, int width, int height, SKEncodedOrigin origin, int reduce)
    {
        var (w, h) = (width / reduce, height / reduce);
        var turned = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var image = turned ? new PlanarImage(h, w) : new PlanarImage(w, h);
        var (start, right, down) = Steps(origin, w, h);
        for (var y = 0; y < h; y++)
        {
            if (reduce == 1)
                CopyRow(rgba.Slice(y * width * 4, width * 4), image, start + y * down, right);
            else
                MeanRow(rgba[(y * reduce * width * 4)..], width, reduce, w, image, start + y * down, right);
        }
        return image;
    }

    private static void CopyRow(ReadOnlySpan<byte> row, PlanarImage image, int target, int step)
    {
        var red = image.Plane(0);
        var green = image.Plane(1);
        var blue = image.Plane(2);
        for (var i = 0; i + 3 < row.Length; i += 4, target += step)
        {
            red[target] = Unit[row[i]];
            green[target] = Unit[row[i + 1]];
            blue[target] = Unit[row[i + 2]];
        }
    }

    private static void MeanRow(ReadOnlySpan<byte> rows, int width, int reduce, int count, PlanarImage image, int target, int step)
    {
        var red = image.Plane(0);
        var green = image.Plane(1);
        var blue = image.Plane(2);
        var scale = 1.0 / (255.0 * reduce * reduce);
        for (var x = 0; x < count; x++, target += step)
        {
            long r = 0, g = 0, b = 0;
            for (var dy = 0; dy < reduce; dy++)
            {
                var block = rows.Slice((dy * width + x * reduce) * 4, reduce * 4);
                for (var i = 0; i < block.Length; i += 4)
                {
                    r += block[i];
                    g += block[i + 1];
                    b += block[i + 2];
                }
            }
            red[target] = (float)(r * scale);
            green[target] = (float)(g * scale);
            blue[target] = (float)(b * scale);
        }
    }

    /// <summary>EXIF orientation as index arithmetic: where source (0, 0) goes, and how far a step right and a step down move in the output.</summary>
    private static (int Start, int Right, int Down) Steps(SKEncodedOrigin origin, int w, int h) => origin switch
    {
        SKEncodedOrigin.TopRight => (w - 1, -1, w),
        SKEncodedOrigin.BottomRight => (w * h - 1, -1, -w),
        SKEncodedOrigin.BottomLeft => (w * (h - 1), 1, -w),
        SKEncodedOrigin.LeftTop => (0, h, 1),
        SKEncodedOrigin.RightTop => (h - 1, h, -1),
        SKEncodedOrigin.RightBottom => (w * h - 1, -h, -1),
        SKEncodedOrigin.LeftBottom => (h * (w - 1), -h, 1),
        _ => (0, 1, w),
    };
}
