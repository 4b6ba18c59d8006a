using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Bench.Images;

/// <summary>Raw square images of noise, in memory: a few, which come again, so that what grows with their number is not theirs.</summary>
/// <param name="count">How many.</param>
/// <param name="side">Pixels.</param>
internal sealed class NoiseImages(int count, int side) : IImageSource
{
    private const int Distinct = 64;
    private readonly byte[][] _images = [.. Enumerable.Range(0, Math.Min(count, Distinct)).Select(i => Draw(i, side))];

    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public string Id(int index) => $"{index}";

    /// <inheritdoc/>
    public string Stamp(int index) => $"{index}";

    /// <inheritdoc/>
    public ImageBytes Read(int index) => ImageBytes.PlanarRgb(_images[index % Distinct], side, side);

    /// <inheritdoc/>
    public string Describe() => $"{count} images of noise";

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static byte[] Draw(int index, int side)
    {
        var draws = new DerivedRandom((ulong)index + 1);
        var bytes = new byte[3 * side * side];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)draws.Below(256);
        return bytes;
    }
}
