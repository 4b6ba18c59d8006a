using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Images.Formats;

namespace DnC.Workflow.Images.Loading;

/// <summary>How a set is decoded and held.</summary>
/// <param name="MinSide">
/// The short side that has to survive decoding, in pixels: larger images are decoded at the smallest scale that keeps it.
/// 0 decodes at full size.
/// </param>
public sealed record ImageSetOptions(int MinSide)
{
    /// <summary>Share of the set that may be bad before loading fails, 0 to 1.</summary>
    public double AllowedBadShare { get; init; } = 0.01;

    /// <summary>Bytes of decoded images to hold; images past that are decoded each time they are needed [ours].</summary>
    public long HeldBytes { get; init; } = 1L << 30;
}

/// <summary>
/// Some images of a source, ready for batches: decoded, and held decoded as far as the budget reaches. Bad images are counted and
/// listed. All members may be called from many threads at once. The source stays the caller's.
/// </summary>
public sealed class ImageSet
{
    private readonly IImageSource _source;
    private readonly int[] _members;
    private readonly ulong[] _idHashes;
    private readonly ImageSetOptions _options;
    private readonly ImageDecoder _decoder = new();
    private readonly PlanarImage?[] _held;
    private long _heldBytes;

    /// <summary>The images of <paramref name="source"/> whose indices are <paramref name="members"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A member is no index of the source.</exception>
    public ImageSet(IImageSource source, IReadOnlyList<int> members, ImageSetOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(options);
        foreach (var member in members)
            if ((uint)member >= (uint)source.Count)
                throw new ArgumentOutOfRangeException(nameof(members), member, $"The source has {source.Count} images.");
        _source = source;
        _members = [.. members];
        _idHashes = [.. _members.Select(member => DerivedRandom.HashOf(source.Id(member)))];
        _options = options;
        _held = new PlanarImage?[_members.Length];
        Bad = new BadImageLog(_members.Length, options.AllowedBadShare);
    }

    /// <summary>All images of a source.</summary>
    public ImageSet(IImageSource source, ImageSetOptions options)
        : this(source, [.. Enumerable.Range(0, (source ?? throw new ArgumentNullException(nameof(source))).Count)], options)
    {
    }

    /// <summary>Images in the set, bad ones included.</summary>
    public int Count => _members.Length;

    /// <summary>The bad images met so far.</summary>
    public BadImageLog Bad { get; }

    /// <summary>Bytes of decoded images held now.</summary>
    public long HeldBytes => Interlocked.Read(ref _heldBytes);

    /// <summary>Some images of this set as a set of their own, by their indices here. It decodes and counts for itself.</summary>
    public ImageSet Part(IReadOnlyList<int> indices) => new(_source, [.. indices.Select(i => _members[i])], _options);

    /// <summary>The id of an image of the set.</summary>
    public string Id(int index) => _source.Id(_members[index]);

    /// <summary>The hash from which an image's draws are derived: of its id alone, so that it is the same in every set.</summary>
    public ulong IdHash(int index) => _idHashes[index];

    /// <summary>The index in the source of an image of the set.</summary>
    public int SourceIndex(int index) => _members[index];

    /// <summary>An image, or null if it is bad. The image may be held and shared: it is not to be written to.</summary>
    /// <exception cref="Stages.Execution.StageFailure">More than the allowed share of the set is bad.</exception>
    /// <exception cref="DataChangedException">The data changed since it was indexed.</exception>
    public PlanarImage? Load(int index)
    {
        if (Volatile.Read(ref _held[index]) is { } held) return held;
        if (Bad.Contains(index)) return null;
        PlanarImage image;
        try
        {
            image = _decoder.Decode(Id(index), _source.Read(_members[index]), _options.MinSide);
        }
        catch (BadImageException cause)
        {
            Bad.Add(index, cause);
            return null;
        }
        Hold(index, image);
        return image;
    }

    private void Hold(int index, PlanarImage image)
    {
        var bytes = (long)image.Data.Length * sizeof(float);
        if (Interlocked.Read(ref _heldBytes) + bytes > _options.HeldBytes) return;
        if (Interlocked.CompareExchange(ref _held[index], image, null) is null) Interlocked.Add(ref _heldBytes, bytes);
    }
}
