using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DnC.Workflow.Images.Augmentation;

/// <summary>
/// One pass of a separable resize: resamples the rows of a plane and writes the result transposed. Two passes resize both axes and
/// restore the orientation, and in both every tap is one broadcast weight times a contiguous vector.
/// </summary>
internal static class ResamplePass
{
    /// <summary>
    /// target[x·targetStride + o] = Σₜ weight[o, t] · source[(first[o]+t)·sourceStride + x], clamped to 0..1, for x below
    /// <paramref name="width"/> and o below the taps' count.
    /// </summary>
    public static void Run(ReadOnlySpan<float> source, int sourceStride, int width, AxisTaps taps, Span<float> target, int targetStride, bool clamp)
    {
        CheckReach(source.Length, sourceStride, width, taps, target.Length, targetStride);
        var lanes = Vector<float>.Count;
        if (width < lanes || taps.Count < lanes)
        {
            Narrow(source, sourceStride, width, taps, target, targetStride, clamp);
            return;
        }
        Span<float> block = stackalloc float[lanes * lanes];
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(target);
        // The last block of each axis overlaps its predecessor instead of running over the edge: the same values are written twice.
        for (var o = 0; o < taps.Count; o = Next(o, taps.Count, lanes))
            for (var x = 0; x < width; x = Next(x, width, lanes))
                Block(ref Unsafe.Add(ref from, x), sourceStride, taps, o, block, ref Unsafe.Add(ref to, x * targetStride + o), targetStride, clamp);
    }

    private static int Next(int at, int end, int lanes) => at + lanes < end ? Math.Min(at + lanes, end - lanes) : end;

    private static void Block(
        ref float source, int sourceStride, AxisTaps taps, int firstOutput, Span<float> block, ref float target, int targetStride, bool clamp)
    {
        var lanes = Vector<float>.Count;
        var first = taps.First.Slice(firstOutput, lanes);
        var lengths = taps.Lengths.Slice(firstOutput, lanes);
        ref var corner = ref MemoryMarshal.GetReference(block);
        for (var k = 0; k < first.Length; k++)
        {
            var weights = taps.Weights.Slice((firstOutput + k) * taps.Stride, lengths[k]);
            ref var row = ref Unsafe.Add(ref source, first[k] * sourceStride);
            var sum = Vector<float>.Zero;
            foreach (var weight in weights)
            {
                sum += new Vector<float>(weight) * Vector.LoadUnsafe(ref row);
                row = ref Unsafe.Add(ref row, sourceStride);
            }
            if (clamp) sum = Vector.Min(Vector.Max(sum, Vector<float>.Zero), Vector<float>.One);
            sum.StoreUnsafe(ref corner, (nuint)(k * lanes));
        }
        BlockTranspose.Run(ref corner, ref target, targetStride);
    }

    private static void Narrow(
        ReadOnlySpan<float> source, int sourceStride, int width, AxisTaps taps, Span<float> target, int targetStride, bool clamp)
    {
        for (var o = 0; o < taps.Count; o++)
        {
            var weights = taps.Weights.Slice(o * taps.Stride, taps.Lengths[o]);
            for (var x = 0; x < width; x++)
            {
                var sum = 0f;
                for (var t = 0; t < weights.Length; t++) sum += weights[t] * source[(taps.First[o] + t) * sourceStride + x];
                target[x * targetStride + o] = clamp ? Math.Clamp(sum, 0, 1) : sum;
            }
        }
    }

    // The inner loops go without bounds checks, so the corners of what they touch are checked once.
    private static void CheckReach(int sourceLength, int sourceStride, int width, AxisTaps taps, int targetLength, int targetStride)
    {
        var lastRow = 0;
        for (var o = 0; o < taps.Count; o++) lastRow = Math.Max(lastRow, taps.First[o] + taps.Lengths[o] - 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sourceLength, lastRow * sourceStride + width, nameof(sourceLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(targetLength, (width - 1) * targetStride + taps.Count, nameof(targetLength));
    }
}
