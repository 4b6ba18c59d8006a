using System.Numerics;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Demo;

/// <summary>
/// Random colours as R, G, B in 0..1. They say nothing about a class, and they stay within what a colour jitter makes of one another:
/// freer ones would let a contrastive model tell images apart by colour alone, and it would learn no form (tried: 7 % by 10-NN where it
/// now reaches several times that).
/// </summary>
internal static class Palette
{
    private const float Spread = 0.08f;

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

    /// <summary>A colour about a hue, with saturation and value drawn between bounds.</summary>
    public static Vector3 Near(float hue, ref DerivedRandom draws, float leastSaturation, float mostSaturation, float leastValue, float mostValue)
    {
        var turned = hue + draws.Between(-Spread, Spread);
        var saturation = draws.Between(leastSaturation, mostSaturation);
        return Hsv(turned, saturation, draws.Between(leastValue, mostValue));
    }

    /// <summary>A pale colour about one hue, for a ground.</summary>
    public static Vector3 Pale(float hue, ref DerivedRandom draws) => Near(hue, ref draws, 0.08f, 0.3f, 0.8f, 0.95f);

    /// <summary>A strong, darker colour about one hue, for a figure.</summary>
    public static Vector3 Strong(float hue, ref DerivedRandom draws) => Near(hue, ref draws, 0.6f, 0.85f, 0.3f, 0.5f);

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
