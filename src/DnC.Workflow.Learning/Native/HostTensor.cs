using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Native;

/// <summary>Values of this program as a tensor of the CPU, in memory of libtorch's own.</summary>
/// <remarks>
/// TorchSharp's <c>tensor(array)</c> lends libtorch the array where it lies, which .NET aligns to 8 bytes. MKL's products take another path,
/// and end in other last bits, for each place within 16 bytes (seen at 10 × 256 by 256 × 4096); libtorch aligns to 64. So equal runs need
/// their operands there. An architecture test keeps <c>tensor(array)</c> out of this project, but for batches of images.
/// </remarks>
internal static class HostTensor
{
    /// <summary>Copies the values: float, double, long or int.</summary>
    /// <param name="values">As many as the shape has.</param>
    /// <param name="shape">None: a vector of them all.</param>
    public static Tensor Of<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        var made = shape.IsEmpty ? empty([values.Length], TypeOf<T>()) : empty(shape, TypeOf<T>());
        if (!values.IsEmpty)
            values.CopyTo(MemoryMarshal.Cast<byte, T>(made.bytes));
        return made;
    }

    /// <summary>The same of an array.</summary>
    public static Tensor Of<T>(T[] values, params ReadOnlySpan<long> shape)
        where T : unmanaged => Of<T>(values.AsSpan(), shape);

    private static ScalarType TypeOf<T>() => default(T) switch
    {
        float => ScalarType.Float32,
        double => ScalarType.Float64,
        long => ScalarType.Int64,
        int => ScalarType.Int32,
        _ => throw new NotSupportedException($"no tensor is made of {typeof(T)}"),
    };
}
