using System.Collections.Concurrent;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Tests.Loading;

/// <summary>Images of seeded noise in memory, of which some are no images and some fail to be read; counts its reads.</summary>
internal sealed class MemorySource(int count) : IImageSource
{
    public const int Width = 20;
    public const int Height = 16;

    private readonly ConcurrentDictionary<int, int> _reads = new();

    public HashSet<int> Corrupt { get; init; } = [];

    public int ChangedAt { get; init; } = -1;

    public int Count => count;

    public int Reads => _reads.Values.Sum();

    public int ReadsOf(int index) => _reads.GetValueOrDefault(index);

    public string Id(int index) => $"memory/{index}.raw";

    public string Stamp(int index) => "1";

    public string Describe() => $"{count} images in memory";

    public ImageBytes Read(int index)
    {
        _reads.AddOrUpdate(index, 1, (_, seen) => seen + 1);
        if (index == ChangedAt) throw new DataChangedException($"{Id(index)} changed.");
        if (Corrupt.Contains(index)) return ImageBytes.Compressed("no image at all"u8.ToArray());
        var draws = new DerivedRandom((ulong)index);
        var planes = new byte[3 * Width * Height];
        for (var i = 0; i < planes.Length; i++) planes[i] = (byte)draws.Below(256);
        return ImageBytes.PlanarRgb(planes, Width, Height);
    }

    public ImageSet Set(double allowedBadShare = 1, long heldBytes = 1 << 20) =>
        new(this, new ImageSetOptions(0) { AllowedBadShare = allowedBadShare, HeldBytes = heldBytes });

    public void Dispose()
    {
    }
}
