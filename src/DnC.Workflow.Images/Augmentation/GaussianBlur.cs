using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DnC.Workflow.Images.Augmentation;

/// <summary>
/// Gaussian blur with reflected borders, as torchvision's <c>gaussian_blur</c>. An instance keeps its buffers: one per thread.
/// </summary>
public sealed class GaussianBlur
{
    private float[] _blurred = [];
    private float[] _padded = [];
    private float[] _half = [];
    private int[] _above = [];
    private int[] _below = [];

    /// <summary>The kernel for a view: a tenth of its side, made odd upwards: 23 at 224 [byol].</summary>
    public static int KernelFor(int side) => Math.Max(1, side / 10 | 1);

    /// <summary>Blurs three planes of height × width in place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The kernel is even, or reaches further than a reflection can (half of it must be below width and height); or σ is not positive.
    /// </exception>
    public void Apply(Span<float> planes, int width, int height, int kernel, float sigma)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(kernel & 1, 1, nameof(kernel));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(kernel / 2, Math.Min(width, height), nameof(kernel));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, 3 * width * height, nameof(planes));
        var reach = SetKernel(kernel, sigma);
        if (reach == 0) return;
        Grow(ref _blurred, width * height);
        Grow(ref _padded, width + 2 * reach);
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = planes.Slice(channel * width * height, width * height);
            Down(plane, width, height, reach);
            Along(plane, width, height, reach);
        }
    }

    // Weights too small to change a float sum of values in 0..1 are left out; the sum that normalises still counts them.
    private int SetKernel(int kernel, float sigma)
    {
        var reach = kernel / 2;
        Grow(ref _half, reach + 1);
        Grow(ref _above, reach + 1);
        Grow(ref _below, reach + 1);
        var sum = 0.0;
        for (var i = -reach; i <= reach; i++) sum += Math.Exp(-0.5 * i * i / ((double)sigma * sigma));
        for (var i = 0; i <= reach; i++) _half[i] = (float)(Math.Exp(-0.5 * i * i / ((double)sigma * sigma)) / sum);
        while (reach > 0 && _half[reach] < 1e-8f) reach--;
        return reach;
    }

    private void Down(ReadOnlySpan<float> plane, int width, int height, int reach)
    {
        var blurred = _blurred.AsSpan(0, width * height);
        for (var y = 0; y < height; y++)
        {
            for (var i = 1; i <= reach; i++) (_above[i], _below[i]) = (Reflect(y - i, height) * width, Reflect(y + i, height) * width);
            Row(plane, y * width, _above, _below, reach, blurred.Slice(y * width, width));
        }
    }

    private void Along(Span<float> plane, int width, int height, int reach)
    {
        var padded = _padded.AsSpan(0, width + 2 * reach);
        for (var i = 1; i <= reach; i++) (_above[i], _below[i]) = (reach - i, reach + i);
        for (var y = 0; y < height; y++)
        {
            Pad(_blurred.AsSpan(y * width, width), padded, reach);
            Row(padded, reach, _above, _below, reach, plane.Slice(y * width, width));
        }
    }

    /// <summary>target[x] = half[0]·source[middle + x] + Σᵢ half[i]·(source[above[i] + x] + source[below[i] + x]), in that order.</summary>
    private void Row(ReadOnlySpan<float> source, int middle, ReadOnlySpan<int> above, ReadOnlySpan<int> below, int reach, Span<float> target)
    {
        // The inner loop goes without bounds checks, so what it touches is checked once.
        for (var i = 1; i <= reach; i++)
        {
            _ = source.Slice(above[i], target.Length);
            _ = source.Slice(below[i], target.Length);
        }
        var centre = source.Slice(middle, target.Length);
        ref var from = ref MemoryMarshal.GetReference(source);
        var x = 0;
        for (; x <= target.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            ref var at = ref Unsafe.Add(ref from, x);
            var sum = new Vector<float>(centre[x..]) * new Vector<float>(_half[0]);
            for (var i = 1; i <= reach; i++)
                sum += (Vector.LoadUnsafe(ref at, (nuint)above[i]) + Vector.LoadUnsafe(ref at, (nuint)below[i])) * new Vector<float>(_half[i]);
            sum.CopyTo(target[x..]);
        }
        for (; x < target.Length; x++)
        {
            var sum = centre[x] * _half[0];
            for (var i = 1; i <= reach; i++) sum += (source[above[i] + x] + source[below[i] + x]) * _half[i];
            target[x] = sum;
        }
    }

    private static void Pad(ReadOnlySpan<float> row, Span<float> padded, int reach)
    {
        row.CopyTo(padded[reach..]);
        for (var i = 1; i <= reach; i++)
        {
            padded[reach - i] = row[i];
            padded[reach + row.Length - 1 + i] = row[^(i + 1)];
        }
    }

    private static int Reflect(int at, int length) => at < 0 ? -at : at >= length ? 2 * (length - 1) - at : at;

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new T[length];
    }
}
