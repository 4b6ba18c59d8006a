using System.Runtime.InteropServices;
using TorchSharp;

namespace DnC.Workflow.Learning.Native;

/// <summary>What is set once in a process that uses libtorch: threads and the C library's allocator.</summary>
public static partial class TorchSettings
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MaxMaps = -4;
    private static readonly Lock Gate = new();
    private static bool _applied;

    /// <summary>
    /// Loads libtorch, keeps freed blocks in the process, and sets the threads that share one operation. Call it before the first
    /// tensor of a stage; again only to change the threads.
    /// </summary>
    /// <param name="threads">Threads within an operation, at least 1. With equal threads results are bit-identical from run to run.</param>
    /// <exception cref="LibTorchException">libtorch does not load here.</exception>
    public static void Apply(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        lock (Gate)
        {
            if (!_applied)
            {
                KeepsFreedBlocks = KeepFreedBlocks();
                LibTorchLoader.Load();
                torch.set_num_interop_threads(1);
                _applied = true;
            }
            torch.set_num_threads(threads);
        }
    }

    /// <summary>Whether freed blocks stay in the process (glibc alone); without it training runs the same, slower.</summary>
    public static bool KeepsFreedBlocks { get; private set; }

    /// <summary>
    /// glibc maps large blocks and gives them back at each free, so that every step faults its activations in anew. Other C
    /// libraries have no such call.
    /// </summary>
    private static bool KeepFreedBlocks()
    {
        return OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var libc)
            && NativeLibrary.TryGetExport(libc, "mallopt", out _)
            && mallopt(MaxMaps, 0) != 0 && mallopt(TrimThreshold, -1) != 0 && mallopt(TopPad, 64 << 20) != 0;
    }

    [LibraryImport("libc.so.6")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int mallopt(int parameter, int value);
}
