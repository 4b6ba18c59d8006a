using System.Numerics;

namespace DnC.Workflow.Images.Demo;

/// <summary>
/// Functions of +, −, ×, ÷, √ and floor alone. IEEE 754 rounds those exactly, so pictures made of them are the same bits on every
/// platform, which sin, pow or log of a platform's library do not promise.
/// </summary>
internal static class StableMath
{
    /// <summary>sin(2π·turns) by Bhaskara's rational approximation, within 0.0017.</summary>
    public static float Sine(float turns)
    {
        var s = 2 * (turns - MathF.Floor(turns));
        var negative = s >= 1;
        if (negative) s -= 1;
        var p = s * (1 - s);
        var sine = 16 * p / (5 - 4 * p);
        return negative ? -sine : sine;
    }

    /// <summary>The unit vector of a direction.</summary>
    public static Vector2 Direction(float turns)
    {
        float x = Sine(turns + 0.25f), y = Sine(turns);
        var length = Length(x, y);
        return new Vector2(x / length, y / length);
    }

    /// <summary>The direction of a vector in turns, 0 to 1, within 0.0001.</summary>
    public static float TurnsOf(float x, float y)
    {
        float across = Math.Abs(x), up = Math.Abs(y);
        if (across == 0 && up == 0) return 0;
        var a = Math.Min(across, up) / Math.Max(across, up);
        var s = a * a;
        var turns = (((-0.0464964749f * s + 0.15931422f) * s - 0.327622764f) * s * a + a) * 0.15915494f;
        if (up > across) turns = 0.25f - turns;
        if (x < 0) turns = 0.5f - turns;
        return y < 0 ? 1 - turns : turns;
    }

    public static float Length(float x, float y) => MathF.Sqrt(x * x + y * y);

    /// <summary>0 below <paramref name="from"/>, 1 above <paramref name="to"/>, smooth between.</summary>
    public static float Step(float from, float to, float value)
    {
        var t = Math.Clamp((value - from) / (to - from), 0, 1);
        return t * t * (3 - 2 * t);
    }

    // Not Vector3.Lerp, which may fuse multiplication and addition.
    public static Vector3 Mix(Vector3 from, Vector3 to, float share) => from + (to - from) * share;
}
