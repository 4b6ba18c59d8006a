using System.Globalization;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Stages.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Phases;

/// <summary>The device, threads and number format that a stage really runs with: provenance, no part of its key.</summary>
/// <param name="Device">'cpu' or 'cuda:N'.</param>
/// <param name="Threads">Threads of tensor operations.</param>
/// <param name="BFloat16">Whether forward passes run in bfloat16.</param>
internal sealed record StageDevice(Device Device, int Threads, bool BFloat16)
{
    /// <summary>Sets the process up for a stage. Once per process, before the first tensor.</summary>
    /// <param name="options">Device and threads as the engine gave them.</param>
    /// <param name="precision">'fp32', 'bf16' or 'auto'.</param>
    /// <exception cref="StageFailure">The device or the precision that was asked for is not there; only 'auto' falls back.</exception>
    public static StageDevice Open(StageOptions options, string precision = "fp32")
    {
        var threads = Math.Max(1, options.Threads);
        TorchSettings.Apply(threads);
        var device = options.Device switch
        {
            "auto" => cuda.is_available() ? CUDA : CPU,
            "cpu" => CPU,
            var name => Named(name),
        };
        if (precision == "bf16" && !Autocast.IsAvailable)
            throw new StageFailure("precision is bf16, but this platform's libtorch has no autocast that can be reached. Take fp32, or auto, which may fall back.", retryable: false);
        return new StageDevice(device, threads, precision == "bf16" || (precision == "auto" && Autocast.IsNative(device)));
    }

    /// <summary>For a forward pass: bfloat16 where it was asked for, nothing otherwise. On the calling thread, until disposed.</summary>
    public IDisposable? Precision() => BFloat16 ? Autocast.BFloat16On(Device) : null;

    /// <summary>
    /// A batch on the device: (count, 3, side, side). Lent, not copied: convolutions bring their input into a layout of their own, and end in the
    /// same bits wherever it lies.
    /// </summary>
    public Tensor Images(float[] data, int count, int side) =>
        tensor(data.AsMemory(0, count * 3 * side * side), [count, 3, side, side]).to(Device);

    /// <summary>What the artifact's metrics say of it.</summary>
    public object Provenance() => new { device = Device.ToString(), threads = Threads, precision = BFloat16 ? "bf16" : "fp32", torchSharp = typeof(torch).Assembly.GetName().Version?.ToString(3) };

    private static Device Named(string name)
    {
        // Asked before it is made: a libtorch without CUDA makes none, and says so as of a word that it does not know.
        if (!name.StartsWith("cuda:", StringComparison.Ordinal) || !int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw new StageFailure($"The device '{name}' is not known: take auto, cpu or cuda:N.", retryable: false);
        if (!cuda.is_available() || index >= cuda.device_count())
            throw new StageFailure($"The device '{name}' is not there: {(cuda.is_available() ? $"this machine has cuda:0 to cuda:{cuda.device_count() - 1}" : "libtorch finds no CUDA device here")}. Take 'auto' or 'cpu', or run it elsewhere.", retryable: false);
        return torch.device(name);
    }
}
