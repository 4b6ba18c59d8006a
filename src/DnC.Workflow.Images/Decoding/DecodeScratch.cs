namespace DnC.Workflow.Images.Decoding;

/// <summary>A thread's buffers, reused from image to image. Large ones are not kept: a thread holds at most 32 MiB of pixels [ours].</summary>
internal sealed class DecodeScratch
{
    private const int KeptPixels = 8 << 20;

    [ThreadStatic]
    private static DecodeScratch? _ofThread;

    private uint[] _pixels = [];
    private uint[] _row = [];
    private float[] _lanes = [];

    public static DecodeScratch OfThread => _ofThread ??= new DecodeScratch();

    /// <summary>At least <paramref name="count"/> pixels of undefined content.</summary>
    public uint[] Pixels(int count)
    {
        if (_pixels.Length >= count) return _pixels;
        var pixels = GC.AllocateUninitializedArray<uint>(count);
        if (count <= KeptPixels) _pixels = pixels;
        return pixels;
    }

    /// <summary>One row of pixels.</summary>
    public Span<uint> Row(int width)
    {
        if (_row.Length < width) _row = new uint[width];
        return _row.AsSpan(0, width);
    }

    /// <summary>One row of three planes.</summary>
    public Span<float> Lanes(int width)
    {
        if (_lanes.Length < 3 * width) _lanes = new float[3 * width];
        return _lanes.AsSpan(0, 3 * width);
    }
}
