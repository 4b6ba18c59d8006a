namespace DnC.Workflow.Images.Loading;

/// <summary>
/// A counter-based stream of draws: draw n is a function of (key, n) alone, and the key is derived from what the draws are for,
/// say (seed, epoch, image id, view). So no generator is stored, and neither threads nor a resume can change a draw.
/// </summary>
/// <remarks>
/// The n-th word is SplitMix64's output function (Steele, Lea and Flood 2014; constants of Stafford's variant 13) of key + (n+1)·γ.
/// A copy of the struct continues from where the original stood: pass it by reference to go on drawing.
/// </remarks>
public struct DerivedRandom
{
    private const ulong Gamma = 0x9E3779B97F4A7C15UL;
    private readonly ulong _key;
    private ulong _drawn;

    /// <summary>The stream of one key; keys of different purposes are made apart by <see cref="Derive"/>.</summary>
    public DerivedRandom(ulong key)
    {
        _key = key;
        _drawn = 0;
    }

    /// <summary>The draws of one view of one image in one epoch.</summary>
    public static DerivedRandom ForView(ulong seed, long epoch, ulong imageIdHash, int view) =>
        new(Derive(Derive(Derive(seed, (ulong)epoch), imageIdHash), (ulong)view));

    /// <summary>A new key from a key and what tells its purpose apart; not commutative.</summary>
    public static ulong Derive(ulong key, ulong purpose) => Mix(Mix(key + Gamma) ^ (purpose * 0xD1342543DE82EF95UL) + Gamma);

    /// <summary>A stable 64-bit hash of an image id or of the name of a purpose (FNV-1a over UTF-8, then mixed).</summary>
    public static ulong HashOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var hash = 14695981039346656037UL;
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(bytes);
            foreach (var octet in bytes[..length]) hash = (hash ^ octet) * 1099511628211UL;
        }
        return Mix(hash);
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextWord() => Mix(_key + ++_drawn * Gamma);

    /// <summary>Uniform on [0, 1) with 53 bits.</summary>
    public double NextUnit() => (NextWord() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform on [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Uniform(double low, double high) => low + (high - low) * NextUnit();

    /// <summary>True with probability <paramref name="probability"/>; always takes exactly one draw.</summary>
    public bool Chance(double probability) => NextUnit() < probability;

    /// <summary>
    /// Uniform on 0 … <paramref name="bound"/>−1 by multiply-shift; its bias is below bound/2⁶⁴, and it takes exactly one draw.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int Below(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)Math.BigMul(NextWord(), (ulong)bound, out _);
    }

    /// <summary>A standard normal draw (Box and Muller; takes two draws).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - NextUnit())) * Math.Cos(2 * Math.PI * NextUnit());

    /// <summary>Puts the items in uniform random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    internal static ulong Mix(ulong word)
    {
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9UL;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EBUL;
        return word ^ (word >> 31);
    }
}
