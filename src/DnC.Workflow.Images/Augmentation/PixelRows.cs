using System.Numerics;

namespace DnC.Workflow.Images.Augmentation;

/// <summary>
/// Three planes of equal length read and written as vectors of pixels. A last, partial vector is read with black pixels in the lanes
/// past the end and written without them.
/// </summary>
internal readonly ref struct PixelRows
{
    private readonly Span<float> _red;
    private readonly Span<float> _green;
    private readonly Span<float> _blue;

    public PixelRows(Span<float> planes)
    {
        if (planes.Length % 3 != 0) throw new ArgumentException($"{planes.Length} values are no three planes of equal length.", nameof(planes));
        Length = planes.Length / 3;
        _red = planes[..Length];
        _green = planes.Slice(Length, Length);
        _blue = planes[(2 * Length)..];
    }

    /// <summary>Pixels in a plane.</summary>
    public int Length { get; }

    public void Load(int at, out Vector<float> red, out Vector<float> green, out Vector<float> blue)
    {
        if (at <= Length - Vector<float>.Count)
        {
            red = new Vector<float>(_red[at..]);
            green = new Vector<float>(_green[at..]);
            blue = new Vector<float>(_blue[at..]);
            return;
        }
        red = Partial(_red[at..]);
        green = Partial(_green[at..]);
        blue = Partial(_blue[at..]);
    }

    public void Store(int at, Vector<float> red, Vector<float> green, Vector<float> blue)
    {
        if (at <= Length - Vector<float>.Count)
        {
            red.CopyTo(_red[at..]);
            green.CopyTo(_green[at..]);
            blue.CopyTo(_blue[at..]);
            return;
        }
        for (var i = at; i < Length; i++)
        {
            _red[i] = red[i - at];
            _green[i] = green[i - at];
            _blue[i] = blue[i - at];
        }
    }

    private static Vector<float> Partial(ReadOnlySpan<float> rest)
    {
        Span<float> lanes = stackalloc float[Vector<float>.Count];
        lanes.Clear();
        rest.CopyTo(lanes);
        return new Vector<float>(lanes);
    }
}
