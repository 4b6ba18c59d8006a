using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Native;

/// <summary>Numbers that tensor operations may read at any time.</summary>
/// <remarks>
/// TorchSharp makes a <see cref="Scalar"/> of each number that is handed to an operation, also of the 1 in <c>a + b</c>, and passes its native
/// pointer on without keeping the object alive. A garbage collection on another thread (the loader's, the heartbeat's) at that moment
/// finalises it, and the operation reads freed memory: rare, but a training has billions of them. So in this project every number is a
/// Scalar that somebody holds: <c>using Scalar x = …</c>, or one of these.
/// </remarks>
internal static class KeptScalars
{
    /// <summary>0.</summary>
    public static readonly Scalar Zero = 0;

    /// <summary>1: the factor of additions (TorchSharp's subtraction of tensors has none).</summary>
    public static readonly Scalar One = 1;

    /// <summary>2: the exponent that TorchSharp's <c>square</c> makes anew.</summary>
    public static readonly Scalar Two = 2;

    /// <summary>½.</summary>
    public static readonly Scalar Half = 0.5;

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a ← a + b.</summary>
    public static Tensor Plus_(this Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>a · factor.</summary>
    public static Tensor Times(this Tensor a, double factor)
    {
        using Scalar held = factor;
        return a.mul(held);
    }
}
