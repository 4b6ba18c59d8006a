using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace DnC.Workflow.Learning.Native;

/// <summary>
/// bfloat16 autocast of the calling thread, through functions that libtorch exports and TorchSharp does not wrap. Held by a
/// <c>using</c> on the thread that opened it; leaving it restores the thread and drops the cached casts of the weights.
/// </summary>
public sealed unsafe class Autocast : IDisposable
{
    private const byte BFloat16 = 15;
    private static readonly Lazy<Exports?> Functions = new(Exports.Find);
    private readonly Exports _exports;
    private readonly byte _device;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _open = true;

    private Autocast(Exports exports, byte device)
    {
        (_exports, _device) = (exports, device);
        exports.SetDtype(device, BFloat16);
        exports.SetEnabled(device, 1);
    }

    /// <summary>Whether this libtorch exports what autocast needs. An explicit <c>bf16</c> is an error without it.</summary>
    public static bool IsAvailable => Functions.Value is not null;

    /// <summary>
    /// Whether autocast is available and the device multiplies bfloat16 natively: processors with AVX512_BF16 or AMX, and any CUDA device
    /// (TorchSharp tells no compute capability; libtorch emulates it before Ampere, correctly and slowly).
    /// </summary>
    public static bool IsNative(torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!IsAvailable)
            return false;
        if (device.type != DeviceType.CPU)
            return device.type == DeviceType.CUDA;
        // CPUID leaf 7: sub-leaf 1 EAX bit 5 is AVX512_BF16, sub-leaf 0 EDX bit 22 AMX-BF16.
        return X86Base.IsSupported
            && ((X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0 || (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0);
    }

    /// <summary>Switches bfloat16 on for <paramref name="device"/>'s operations on this thread.</summary>
    /// <exception cref="LibTorchException">This libtorch lacks the functions: use fp32, or precision <c>auto</c>.</exception>
    public static Autocast BFloat16On(torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var exports = Functions.Value ?? throw new LibTorchException(
            "precision bf16 needs autocast, which this platform's libtorch does not export by the known names: "
            + "use precision fp32, or auto, which falls back to it");
        return new Autocast(exports, checked((byte)device.type));
    }

    public void Dispose()
    {
        if (!_open)
            return;
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("autocast belongs to the thread that opened it");
        _open = false;
        _exports.SetEnabled(_device, 0);
        _exports.ClearCache();
    }

    /// <summary>The functions of <c>at::autocast</c>, by their Itanium-mangled names; enumerations there are one byte wide.</summary>
    private sealed class Exports
    {
        private readonly delegate* unmanaged<byte, byte, void> _setEnabled;
        private readonly delegate* unmanaged<byte, byte, void> _setDtype;
        private readonly delegate* unmanaged<void> _clearCache;

        private Exports(IntPtr setEnabled, IntPtr setDtype, IntPtr clearCache)
        {
            _setEnabled = (delegate* unmanaged<byte, byte, void>)setEnabled;
            _setDtype = (delegate* unmanaged<byte, byte, void>)setDtype;
            _clearCache = (delegate* unmanaged<void>)clearCache;
        }

        public static Exports? Find()
        {
            LibTorchLoader.Load();
            return NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, searchPath: null, out var library)
                && NativeLibrary.TryGetExport(library, "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", out var enabled)
                && NativeLibrary.TryGetExport(library, "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE", out var dtype)
                && NativeLibrary.TryGetExport(library, "_ZN2at8autocast11clear_cacheEv", out var clear)
                ? new Exports(enabled, dtype, clear)
                : null;
        }

        public void SetEnabled(byte device, byte on) => _setEnabled(device, on);

        public void SetDtype(byte device, byte dtype) => _setDtype(device, dtype);

        public void ClearCache() => _clearCache();
    }
}
