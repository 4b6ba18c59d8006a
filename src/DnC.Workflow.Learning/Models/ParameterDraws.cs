namespace DnC.Workflow.Learning.Models;

/// <summary>Counter-based draws: the i-th value is a function of seed and i alone (SplitMix64's output function over a counter).</summary>
internal static class ParameterDraws
{
    /// <summary>Fills with normal values of mean 0, by Box and Muller.</summary>
    public static void Normal(ulong seed, Span<float> into, double deviation)
    {
        for (var i = 0; i < into.Length; i += 2)
        {
            var radius = deviation * Math.Sqrt(-2 * Math.Log(Unit(seed, (ulong)i)));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * Unit(seed, (ulong)i + 1));
            into[i] = (float)(radius * cosine);
            if (i + 1 < into.Length)
                into[i + 1] = (float)(radius * sine);
        }
    }

    /// <summary>Fills with values uniform in ±bound.</summary>
    public static void Uniform(ulong seed, Span<float> into, double bound)
    {
        for (var i = 0; i < into.Length; i++)
            into[i] = (float)(bound * (2 * Unit(seed, (ulong)i) - 1));
    }

    /// <summary>Uniform in the open interval (0, 1): never a value whose logarithm is infinite.</summary>
    private static double Unit(ulong seed, ulong counter)
    {
        var z = seed + (counter + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return ((z >> 11) + 0.5) * (1.0 / (1UL << 53));
    }
}
