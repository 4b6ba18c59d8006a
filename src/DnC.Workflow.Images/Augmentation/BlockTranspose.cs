using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DnC.Workflow.Images.Augmentation;

/// <summary>A square of as many values a side as a vector has lanes, written with rows for columns.</summary>
internal static class BlockTranspose
{
    private const byte LowPairs = 0x44;
    private const byte HighPairs = 0xEE;
    private const byte LowHalves = 0x20;
    private const byte HighHalves = 0x31;

    /// <summary>target[x·targetStride + k] = block[k·lanes + x].</summary>
    public static void Run(ref float block, ref float target, int targetStride)
    {
        var lanes = Vector<float>.Count;
        if (Avx.IsSupported && lanes == Vector256<float>.Count)
        {
            Eight(ref block, ref target, targetStride);
            return;
        }

        for (var x = 0; x < lanes; x++)
        {
            ref var column = ref Unsafe.Add(ref target, x * targetStride);
            for (var k = 0; k < lanes; k++) Unsafe.Add(ref column, k) = Unsafe.Add(ref block, k * lanes + x);
        }
    }

    // Pairs, then fours within each half of a vector, then the halves.
    private static void Eight(ref float block, ref float target, int stride)
    {
        var (a, b, c, d) = (Row(ref block, 0), Row(ref block, 1), Row(ref block, 2), Row(ref block, 3));
        var (e, f, g, h) = (Row(ref block, 4), Row(ref block, 5), Row(ref block, 6), Row(ref block, 7));
        var (ab, ab2, cd, cd2) = (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b), Avx.UnpackLow(c, d), Avx.UnpackHigh(c, d));
        var (ef, ef2, gh, gh2) = (Avx.UnpackLow(e, f), Avx.UnpackHigh(e, f), Avx.UnpackLow(g, h), Avx.UnpackHigh(g, h));
        Write(Avx.Shuffle(ab, cd, LowPairs), Avx.Shuffle(ef, gh, LowPairs), 0, ref target, stride);
        Write(Avx.Shuffle(ab, cd, HighPairs), Avx.Shuffle(ef, gh, HighPairs), 1, ref target, stride);
        Write(Avx.Shuffle(ab2, cd2, LowPairs), Avx.Shuffle(ef2, gh2, LowPairs), 2, ref target, stride);
        Write(Avx.Shuffle(ab2, cd2, HighPairs), Avx.Shuffle(ef2, gh2, HighPairs), 3, ref target, stride);
    }

    private static Vector256<float> Row(ref float block, nuint row) => Vector256.LoadUnsafe(ref block, row * 8);

    // Columns x and x + 4: the low and the high halves.
    private static void Write(Vector256<float> upper, Vector256<float> lower, int x, ref float target, int stride)
    {
        Avx.Permute2x128(upper, lower, LowHalves).StoreUnsafe(ref Unsafe.Add(ref target, x * stride));
        Avx.Permute2x128(upper, lower, HighHalves).StoreUnsafe(ref Unsafe.Add(ref target, (x + 4) * stride));
    }
}
