using System.Numerics;

namespace DnC.Workflow.Images.Augmentation;

/// <summary>
/// Colour operations in place on three planes of equal length (R, G, B in 0..1), by torchvision's definition for float tensors:
/// brightness, contrast and saturation blend multiplicatively and clamp to 0..1. (BYOL's own brightness is additive, and its contrast
/// uses channel means.)
/// </summary>
public static class ColorOps
{
    /// <summary>x → clamp(f·x).</summary>
    public static void Brightness(Span<float> planes, float factor) => Blend(planes, factor, 0);

    /// <summary>x → clamp(f·x + (1−f)·m), m the mean gray of all pixels.</summary>
    public static void Contrast(Span<float> planes, float factor) => Blend(planes, factor, (1 - factor) * MeanGray(planes));

    /// <summary>x → clamp(f·x + (1−f)·gray of the pixel).</summary>
    public static void Saturation(Span<float> planes, float factor)
    {
        var pixels = new PixelRows(planes);
        for (var i = 0; i < pixels.Length; i += Vector<float>.Count)
        {
            pixels.Load(i, out var red, out var green, out var blue);
            var gray = ColorLanes.Gray(red, green, blue) * new Vector<float>(1 - factor);
            var own = new Vector<float>(factor);
            pixels.Store(i, ColorLanes.Clamp(red * own + gray), ColorLanes.Clamp(green * own + gray), ColorLanes.Clamp(blue * own + gray));
        }
    }

    /// <summary>Turns the hue by <paramref name="shift"/> of the circle, −0.5 to 0.5.</summary>
    public static void Hue(Span<float> planes, float shift)
    {
        var pixels = new PixelRows(planes);
        var turn = new Vector<float>(6 * (shift < 0 ? shift + 1 : shift));
        for (var i = 0; i < pixels.Length; i += Vector<float>.Count)
        {
            pixels.Load(i, out var red, out var green, out var blue);
            ColorLanes.TurnHue(ref red, ref green, ref blue, turn);
            pixels.Store(i, red, green, blue);
        }
    }

    /// <summary>All three planes become 0.2989 R + 0.587 G + 0.114 B.</summary>
    public static void Grayscale(Span<float> planes)
    {
        var pixels = new PixelRows(planes);
        for (var i = 0; i < pixels.Length; i += Vector<float>.Count)
        {
            pixels.Load(i, out var red, out var green, out var blue);
            var gray = ColorLanes.Gray(red, green, blue);
            pixels.Store(i, gray, gray, gray);
        }
    }

    /// <summary>x → 1−x where x ≥ 0.5.</summary>
    public static void Solarize(Span<float> planes)
    {
        var half = new Vector<float>(0.5f);
        var i = 0;
        for (; i <= planes.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = new Vector<float>(planes[i..]);
            Vector.ConditionalSelect(Vector.GreaterThanOrEqual(value, half), Vector<float>.One - value, value).CopyTo(planes[i..]);
        }
        for (; i < planes.Length; i++) planes[i] = planes[i] >= 0.5f ? 1 - planes[i] : planes[i];
    }

    /// <summary>The four jitter steps in the jitter's own order.</summary>
    public static void Apply(Span<float> planes, in Jitter jitter)
    {
        Apply(planes, jitter, jitter.First);
        Apply(planes, jitter, jitter.Second);
        Apply(planes, jitter, jitter.Third);
        Apply(planes, jitter, jitter.Fourth);
    }

    private static void Apply(Span<float> planes, in Jitter jitter, JitterStep step)
    {
        switch (step)
        {
            case JitterStep.Brightness: Brightness(planes, jitter.Brightness); break;
            case JitterStep.Contrast: Contrast(planes, jitter.Contrast); break;
            case JitterStep.Saturation: Saturation(planes, jitter.Saturation); break;
            case JitterStep.Hue: Hue(planes, jitter.Hue); break;
            default: throw new ArgumentOutOfRangeException(nameof(step), step, "There is no such jitter step.");
        }
    }

    private static void Blend(Span<float> values, float factor, float added)
    {
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            ColorLanes.Clamp(new Vector<float>(values[i..]) * new Vector<float>(factor) + new Vector<float>(added)).CopyTo(values[i..]);
        for (; i < values.Length; i++) values[i] = Math.Clamp(values[i] * factor + added, 0, 1);
    }

    // Rows of sums are added up in double, so that the mean of a large view keeps float precision.
    private static float MeanGray(Span<float> planes)
    {
        const int Row = 4096;
        var pixels = new PixelRows(planes);
        var total = 0.0;
        for (var row = 0; row < pixels.Length; row += Row)
        {
            var sum = Vector<float>.Zero;
            for (var i = row; i < Math.Min(row + Row, pixels.Length); i += Vector<float>.Count)
            {
                pixels.Load(i, out var red, out var green, out var blue);
                sum += ColorLanes.Gray(red, green, blue);
            }
            total += Vector.Sum(sum);
        }
        return (float)(total / pixels.Length);
    }
}
