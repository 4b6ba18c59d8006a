using System.Numerics;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Demo;

/// <summary>Random colours as R, G, B in 0..1: a nuisance that says nothing about a class.</summary>
internal static class Palette
{
    /// <summary>A colour of hue 0..1, saturation and value.</summary>
    public static Vector3 Hsv(float hue, float saturation, float value)
    {
        return new Vector3(Channel(5), Channel(3), Channel(1));

        float Channel(int offset)
        {
            var k = offset + 6 * hue;
            k -= 6 * MathF.Floor(k / 6);
            return value - value * saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1);
        }
    }

    /// <summary>A colour with saturation and value drawn between bounds.</summary>
    public static Vector3 Draw(ref DerivedRandom draws, float leastSaturation, float mostSaturation, float leastValue, float mostValue)
    {
        var hue = draws.Between(0, 1);
        var saturation = draws.Between(leastSaturation, mostSaturation);
        return Hsv(hue, saturation, draws.Between(leastValue, mostValue));
    }

    /// <summary>Two colours of clearly different lightness; the ground is the lighter one three times in four.</summary>
    public static (Vector3 Ground, Vector3 Figure) Contrasting(ref DerivedRandom draws, float mostSaturation)
    {
        var light = Draw(ref draws, 0.05f, 0.6f * mostSaturation, 0.75f, 1);
        var dark = Draw(ref draws, 0.2f, mostSaturation, 0.1f, 0.5f);
        return draws.Chance(0.75) ? (light, dark) : (dark, light);
    }

    /// <summary>A closed ring of colours, read at 0..1 and beyond.</summary>
    public static Vector3 Ring(ReadOnlySpan<Vector3> colors, float at)
    {
        var place = (at - MathF.Floor(at)) * colors.Length;
        var index = Math.Min((int)place, colors.Length - 1);
        return StableMath.Mix(colors[index], colors[(index + 1) % colors.Length], place - index);
    }

    /// <summary>A single-precision uniform draw.</summary>
    public static float Between(this ref DerivedRandom draws, float low, float high) => low + (high - low) * (float)draws.NextUnit();
}
