namespace DnC.Workflow.Images.Formats;

/// <summary>How the bytes of an image are written.</summary>
public enum ImageEncoding
{
    /// <summary>A file of its own format (JPEG, PNG, WebP, BMP), recognised by its first bytes.</summary>
    Compressed,

    /// <summary>Raw bytes in three planes R, G, B of height × width, one byte a value (CIFAR's layout).</summary>
    PlanarRgb,
}

/// <summary>The bytes of one image as its container holds them.</summary>
/// <param name="Data">The bytes: a whole compressed file, or 3·<paramref name="Height"/>·<paramref name="Width"/> raw values.</param>
/// <param name="Encoding">How <paramref name="Data"/> is to be read.</param>
/// <param name="Width">Pixels; 0 for <see cref="ImageEncoding.Compressed"/>, whose header says it.</param>
/// <param name="Height">Pixels; 0 for <see cref="ImageEncoding.Compressed"/>.</param>
public readonly record struct ImageBytes(ReadOnlyMemory<byte> Data, ImageEncoding Encoding, int Width, int Height)
{
    /// <summary>A compressed file.</summary>
    public static ImageBytes Compressed(ReadOnlyMemory<byte> file) => new(file, ImageEncoding.Compressed, 0, 0);

    /// <summary>Raw planes; the length is checked.</summary>
    /// <exception cref="ArgumentException">The length is not 3·height·width.</exception>
    public static ImageBytes PlanarRgb(ReadOnlyMemory<byte> planes, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (planes.Length != 3L * width * height)
            throw new ArgumentException($"{planes.Length} bytes given, 3×{height}×{width} needed.", nameof(planes));
        return new(planes, ImageEncoding.PlanarRgb, width, height);
    }
}
