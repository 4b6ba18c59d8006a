namespace DnC.Workflow.Images.Decoding;

/// <summary>An image as three planes R, G, B of <see cref="Height"/> × <see cref="Width"/> floats in 0..1, sRGB-encoded (not linear light).</summary>
public sealed class PlanarImage
{
    /// <summary>An image over the given values, which are not copied; without them, a black one.</summary>
    /// <exception cref="ArgumentException">The length is not 3·height·width.</exception>
    public PlanarImage(int width, int height, float[]? data = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var length = checked(3 * width * height);
        if (data is not null && data.Length != length)
            throw new ArgumentException($"{data.Length} values given, 3×{height}×{width} needed.", nameof(data));
        Width = width;
        Height = height;
        Data = data ?? new float[length];
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>3 × Height × Width values: all of R, then G, then B.</summary>
    public float[] Data { get; }

    /// <summary>One plane, 0 = R, 1 = G, 2 = B.</summary>
    public Span<float> Plane(int channel) => Data.AsSpan(channel * Width * Height, Width * Height);
}
