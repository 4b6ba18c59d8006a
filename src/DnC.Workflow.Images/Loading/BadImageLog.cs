using DnC.Workflow.Images.Decoding;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Loading;

/// <summary>An image that was skipped, and why.</summary>
public readonly record struct BadImage(int Index, string Id, string Reason);

/// <summary>
/// The images of a set that could not be used, each once, however often and from however many threads it is tried.
/// </summary>
public sealed class BadImageLog
{
    private const int Named = 5;
    private readonly Lock _guard = new();
    private readonly SortedDictionary<int, BadImage> _images = [];
    private readonly int _setSize;
    private readonly double _allowedShare;

    /// <summary>A log for a set of <paramref name="setSize"/> images, of which <paramref name="allowedShare"/> (0 to 1) may be bad.</summary>
    public BadImageLog(int setSize, double allowedShare)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(setSize);
        ArgumentOutOfRangeException.ThrowIfNegative(allowedShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(allowedShare, 1);
        _setSize = setSize;
        _allowedShare = allowedShare;
    }

    /// <summary>How many images are known to be bad.</summary>
    public int Count
    {
        get { lock (_guard) return _images.Count; }
    }

    /// <summary>The bad images so far, by index.</summary>
    public IReadOnlyList<BadImage> Images
    {
        get { lock (_guard) return [.. _images.Values]; }
    }

    /// <summary>True when the image is known to be bad, so that it need not be tried again.</summary>
    public bool Contains(int index)
    {
        lock (_guard) return _images.ContainsKey(index);
    }

    /// <summary>Notes a bad image.</summary>
    /// <exception cref="StageFailure">More than the allowed share of the set is bad now; the message lists the first of them.</exception>
    public void Add(int index, BadImageException cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        lock (_guard)
        {
            _images.TryAdd(index, new BadImage(index, cause.Id, cause.Reason));
            if (_images.Count > _allowedShare * _setSize) throw TooMany();
        }
    }

    private StageFailure TooMany()
    {
        var first = string.Join("; ", _images.Values.Take(Named).Select(image => $"{image.Id}: {image.Reason}"));
        var more = _images.Count > Named ? $"; and {_images.Count - Named} more" : "";
        var message = FormattableString.Invariant(
            $"At least {_images.Count} of {_setSize} images ({100.0 * _images.Count / _setSize:0.##} %) could not be read, and {100 * _allowedShare:0.##} % are allowed: {first}{more}. Repair or remove them, or raise the allowed share of bad images (data.badImageShare).");
        return new StageFailure(message, retryable: false);
    }
}
