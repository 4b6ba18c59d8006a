using System.Numerics;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Demo;

/// <summary>Turns a scene into bytes: supersampled, mirrored or not, with the exposure and grain of a cheap camera.</summary>
internal static class ScenePainter
{
    private const int Samples = 3;
    private const float MostGrain = 0.04f;

    /// <summary>side × side pixels of R, G, B bytes, row by row.</summary>
    public static byte[] Paint(IScene scene, int side, ref DerivedRandom draws)
    {
        var pixels = new byte[side * side * 3];
        var grain = draws.Between(0, MostGrain);
        var exposure = draws.Between(0.75f, 1.2f) / (Samples * Samples);
        var across = draws.Chance(0.5) ? 1 : -1;
        for (var y = 0; y < side; y++)
            for (var x = 0; x < side; x++)
            {
                var sum = Vector3.Zero;
                for (var sample = 0; sample < Samples * Samples; sample++)
                    sum += scene.At(across * Place(x, sample % Samples, side), Place(y, sample / Samples, side));
                sum *= exposure;
                var at = (y * side + x) * 3;
                pixels[at] = Byte(sum.X + grain * Grain(ref draws));
                pixels[at + 1] = Byte(sum.Y + grain * Grain(ref draws));
                pixels[at + 2] = Byte(sum.Z + grain * Grain(ref draws));
            }
        return pixels;
    }

    private static float Place(int pixel, int sample, int side) => (2 * pixel + (2 * sample + 1f) / Samples) / side - 1;

    // The sum of four 16-bit uniforms, scaled to variance 1: near enough to a normal draw, and exact everywhere.
    private static float Grain(ref DerivedRandom draws)
    {
        var word = draws.NextWord();
        var sum = (word & 0xFFFF) + (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF) + (word >> 48);
        return (sum * (1f / 65536) - 2) * 1.7320508f;
    }

    private static byte Byte(float value) => (byte)(Math.Clamp(value, 0, 1) * 255 + 0.5f);
}
