using System.Numerics;

namespace DnC.Workflow.Images.Augmentation;

/// <summary>The colour formulas of torchvision on one vector of pixels. Values are in 0..1 before and after.</summary>
internal static class ColorLanes
{
    /// <summary>The weights of torchvision's <c>rgb_to_grayscale</c>; they sum to 0.9999.</summary>
    public static Vector<float> Gray(Vector<float> red, Vector<float> green, Vector<float> blue) =>
        red * new Vector<float>(0.2989f) + green * new Vector<float>(0.587f) + blue * new Vector<float>(0.114f);

    public static Vector<float> Clamp(Vector<float> value) => Vector.Min(Vector.Max(value, Vector<float>.Zero), Vector<float>.One);

    /// <summary>
    /// Turns the hue by <paramref name="turn"/> (in sixths of the circle, already ≥ 0): RGB → HSV → RGB, where value and chroma stay, so
    /// that each channel n of (5, 3, 1) is value − chroma · clamp(min(k, 4−k), 0, 1) with k = (n + hue) mod 6.
    /// </summary>
    public static void TurnHue(ref Vector<float> red, ref Vector<float> green, ref Vector<float> blue, Vector<float> turn)
    {
        var value = Vector.Max(Vector.Max(red, green), blue);
        var chroma = value - Vector.Min(Vector.Min(red, green), blue);
        var scale = Vector<float>.One / Vector.ConditionalSelect(Vector.Equals(chroma, Vector<float>.Zero), Vector<float>.One, chroma);
        var fromBlue = new Vector<float>(4) + (red - green) * scale;
        var fromGreen = new Vector<float>(2) + (blue - red) * scale;
        var hue = Vector.ConditionalSelect(Vector.Equals(value, green), fromGreen, fromBlue);
        hue = Vector.ConditionalSelect(Vector.Equals(value, red), (green - blue) * scale, hue) + turn;
        red = Channel(new Vector<float>(5), hue, value, chroma);
        green = Channel(new Vector<float>(3), hue, value, chroma);
        blue = Channel(new Vector<float>(1), hue, value, chroma);
    }

    private static Vector<float> Channel(Vector<float> offset, Vector<float> hue, Vector<float> value, Vector<float> chroma)
    {
        var six = new Vector<float>(6);
        var k = hue + offset;
        k -= six * Vector.Floor(k * new Vector<float>(1f / 6));
        return value - chroma * Clamp(Vector.Min(k, new Vector<float>(4) - k));
    }
}
