namespace DnC.Workflow.Images.Augmentation;

/// <summary>
/// The taps of one axis of an antialiased bicubic resize: output o is the sum over t of Weight[o, t] · input[First[o] + t].
/// </summary>
/// <remarks>
/// The definition of torchvision's <c>resize(antialias=True, interpolation=BICUBIC)</c> on tensors, which is Pillow's: Keys' cubic
/// with a = −½ (not the −¾ of the non-antialiased bicubic), stretched by the scale when shrinking, cut at the edges and renormalised.
/// The arrays are kept and grow as needed, so that setting new taps makes no garbage.
/// </remarks>
public sealed class AxisTaps
{
    private int[] _first = [];
    private int[] _lengths = [];
    private float[] _weights = [];

    /// <summary>Number of outputs.</summary>
    public int Count { get; private set; }

    /// <summary>Row length of <see cref="Weights"/>.</summary>
    public int Stride { get; private set; }

    /// <summary>The first input of each output.</summary>
    public ReadOnlySpan<int> First => _first.AsSpan(0, Count);

    /// <summary>How many taps each output has.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, Count);

    /// <summary>Count × Stride weights; each row sums to 1 over its own length.</summary>
    public ReadOnlySpan<float> Weights => _weights.AsSpan(0, Count * Stride);

    /// <summary>
    /// Sets the taps for a resize of <paramref name="inputs"/> samples to <paramref name="outputs"/>, of which only the
    /// <paramref name="kept"/> from <paramref name="firstKept"/> on are wanted (a centre crop after the resize); mirrored, the outputs
    /// come in reverse order (a flip).
    /// </summary>
    public void Set(int inputs, int outputs, int firstKept, int kept, bool mirrored)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(kept);
        ArgumentOutOfRangeException.ThrowIfNegative(firstKept);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstKept + kept, outputs);
        var scale = (double)inputs / outputs;
        var stretch = Math.Max(scale, 1);
        var support = 2 * stretch;
        Grow(kept, (int)Math.Ceiling(support) * 2 + 1);
        for (var k = 0; k < kept; k++)
        {
            var o = mirrored ? kept - 1 - k : k;
            var center = scale * (firstKept + k + 0.5);
            var first = Math.Max((int)(center - support + 0.5), 0);
            var length = Math.Min((int)(center + support + 0.5), inputs) - first;
            var row = _weights.AsSpan(o * Stride, length);
            var sum = 0.0;
            for (var t = 0; t < length; t++)
            {
                var weight = Cubic((first + t - center + 0.5) / stretch);
                row[t] = (float)weight;
                sum += weight;
            }
            for (var t = 0; t < length; t++) row[t] = (float)(row[t] / sum);
            _first[o] = first;
            _lengths[o] = length;
        }
    }

    /// <summary>Keys' cubic convolution kernel with a = −½.</summary>
    public static double Cubic(double x)
    {
        x = Math.Abs(x);
        if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
        return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }

    private void Grow(int count, int stride)
    {
        Count = count;
        Stride = stride;
        if (_first.Length < count)
        {
            _first = new int[count];
            _lengths = new int[count];
        }
        if (_weights.Length < count * stride) _weights = new float[count * stride];
    }
}
