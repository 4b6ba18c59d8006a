using DnC.Workflow.Images.Decoding;

namespace DnC.Workflow.Images.Augmentation;

/// <summary>
/// Cuts a box out of an image and resizes it to a square by antialiased bicubic interpolation (see <see cref="AxisTaps"/>). Overshoot
/// is clamped to 0..1, as it is where images are bytes. An instance keeps its buffers: one per thread.
/// </summary>
public sealed class CropResize
{
    /// <summary>Up to this side un-augmented images are resized whole; above it they are resized and centre-cropped [paper: 224 of 256].</summary>
    public const int WholeUpTo = 64;

    private readonly AxisTaps _rows = new();
    private readonly AxisTaps _columns = new();
    private float[] _turned = [];

    /// <summary>Resizes a box to <paramref name="side"/>², flipped horizontally or not, into 3 × side × side values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The box is not within the image, or the target is too short.</exception>
    public void Crop(PlanarImage source, CropBox box, int side, bool flip, Span<float> target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(box.Left);
        ArgumentOutOfRangeException.ThrowIfNegative(box.Top);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(box.Left + box.Width, source.Width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(box.Top + box.Height, source.Height);
        _rows.Set(box.Height, side, 0, side, mirrored: false);
        _columns.Set(box.Width, side, 0, side, mirrored: flip);
        Resample(source, box, side, target);
    }

    /// <summary>
    /// The un-augmented view of side <paramref name="side"/>: the whole image squeezed to a square for sides up to
    /// <see cref="WholeUpTo"/>, else the short side resized to side·256/224 and the centre kept, as torchvision's Resize and CenterCrop.
    /// </summary>
    public void Plain(PlanarImage source, int side, Span<float> target)
    {
        ArgumentNullException.ThrowIfNull(source);
        int height = side, width = side;
        if (side > WholeUpTo)
        {
            var shorter = ResizedShortSide(side);
            height = source.Height <= source.Width ? shorter : (int)((long)shorter * source.Height / source.Width);
            width = source.Width <= source.Height ? shorter : (int)((long)shorter * source.Width / source.Height);
        }
        _rows.Set(source.Height, height, CenterOffset(height, side), side, mirrored: false);
        _columns.Set(source.Width, width, CenterOffset(width, side), side, mirrored: false);
        Resample(source, new CropBox(0, 0, source.Width, source.Height), side, target);
    }

    /// <summary>The short side to which an image is resized before its centre of <paramref name="side"/> is cut out.</summary>
    public static int ResizedShortSide(int side) => side > WholeUpTo ? side * 256 / 224 : side;

    private static int CenterOffset(int length, int side) => (int)Math.Round((length - side) / 2.0);

    private void Resample(PlanarImage source, CropBox box, int side, Span<float> target)
    {
        var turned = box.Width * side;
        if (_turned.Length < turned) _turned = new float[turned];
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = source.Plane(channel)[(box.Top * source.Width + box.Left)..];
            ResamplePass.Run(plane, source.Width, box.Width, _rows, _turned, side, clamp: false);
            ResamplePass.Run(_turned.AsSpan(0, turned), side, side, _columns, target.Slice(channel * side * side, side * side), side, clamp: true);
        }
    }
}
