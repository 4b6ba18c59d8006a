using System.Globalization;
using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Bench.Measuring;

/// <summary>What the machine can do at most, measured beside each row: the limits that a row's figures are held against.</summary>
public static class Machine
{
    private const int Side = 1536;
    private const long CopyBytes = 256 << 20;

    /// <summary>Cores, processor and library versions, in a line.</summary>
    public static string Describe()
    {
        var cpu = OperatingSystem.IsLinux() && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : "an unnamed processor";
        TorchSettings.Apply(1);
        var instructions = System.Runtime.Intrinsics.X86.Avx512F.IsSupported ? "AVX-512" : System.Runtime.Intrinsics.X86.Avx2.IsSupported ? "AVX2" : "no AVX2";
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores of {cpu} with {instructions}, .NET {Environment.Version}, TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)} on libtorch {torch.__version__}.");
    }

    /// <summary>FLOP/s of a large float32 matrix product: two for each multiplication with its addition.</summary>
    /// <param name="threads">Threads that share it.</param>
    /// <param name="device">Where.</param>
    public static double MatrixRate(int threads, Device? device = null)
    {
        TorchSettings.Apply(threads);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // A GPU needs more of it to be busy.
        var side = device is { type: DeviceType.CUDA } ? 8192L : Side;
        var (left, right) = (randn([side, side], device: device), randn([side, side], device: device));
        Product();
        return 2.0 * side * side * side / Enumerable.Range(0, 5).Min(_ => device is { type: DeviceType.CUDA } ? Clock.Seconds(Product) : Clock.Of(threads, Product));

        void Product()
        {
            using var product = left.mm(right);
            if (device is { type: DeviceType.CUDA })
                cuda.synchronize();
        }
    }

    /// <summary>Bytes a second that one thread copies between arrays larger than the caches; each is read and written once, and counted once.</summary>
    public static double CopyRate()
    {
        var (from, to) = (new byte[CopyBytes], new byte[CopyBytes]);
        from.AsSpan().Fill(1);
        from.CopyTo(to, 0);
        return CopyBytes / Enumerable.Range(0, 5).Min(_ => Clock.Processor(() => from.CopyTo(to, 0)));
    }
}
