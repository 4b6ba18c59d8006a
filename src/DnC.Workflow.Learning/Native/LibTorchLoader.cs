using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace DnC.Workflow.Learning.Native;

/// <summary>
/// Answers .NET's search for TorchSharp's native library where the ordinary search finds none that loads: on Linux systems whose
/// libstdc++ is older than TorchSharp asks for, and where libtorch lies elsewhere on the machine (<c>DNC_LIBTORCH</c>).
/// </summary>
/// <remarks>
/// It must be registered before TorchSharp's first use: TorchSharp tries by name once, and then copies every native library beside
/// the program. Where nothing needs mending the event is never raised.
/// </remarks>
public static class LibTorchLoader
{
    /// <summary>The variable that names a folder with libtorch's libraries (say a CUDA build of the same version).</summary>
    public const string FolderVariable = "DNC_LIBTORCH";

    private const string Bridge = "LibTorchSharp";

    // In the order of their needs: each finds the ones before it already loaded, by name.
    private static readonly string[] Libraries = ["c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"];
    private static readonly Lock Gate = new();
    private static bool _registered;
    private static string? _loadedFrom;
    private static Exception? _failure;

    /// <summary>The folder from which this loader took libtorch; null where the ordinary search found it.</summary>
    public static string? LoadedFrom => _loadedFrom;

#pragma warning disable CA2255 // Whoever uses this assembly must never reach TorchSharp before the handler stands.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Register()
    {
        lock (Gate)
        {
            if (_registered)
                return;
            _registered = true;
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        }
    }

    /// <summary>Loads TorchSharp's native library now, before TorchSharp itself looks for it.</summary>
    /// <exception cref="LibTorchException">It cannot be loaded; the message says why and what system is needed.</exception>
    public static void Load()
    {
        Register();
        var assembly = typeof(torch).Assembly;
        var elsewhere = Environment.GetEnvironmentVariable(FolderVariable);
        if (!string.IsNullOrEmpty(elsewhere) && !File.Exists(Path.Combine(elsewhere, FileName("torch_cpu"))))
            throw new LibTorchException($"{FolderVariable} names {elsewhere}, where there is no {FileName("torch_cpu")}: name a folder with libtorch's libraries.");
        NativeLibrary.TryLoad("torch_cpu", assembly, searchPath: null, out _);
        if (!string.IsNullOrEmpty(elsewhere) && _failure is null && _loadedFrom is null)
        {
            throw new LibTorchException(
                $"{FolderVariable} names {elsewhere}, but this build carries its own libtorch, which the system finds first. "
                + "Build with -p:TorchRuntime=external, or unset the variable.");
        }
        if (NativeLibrary.TryLoad(Bridge, assembly, searchPath: null, out _))
            return;
        throw new LibTorchException(
            _failure is null ? $"libtorch was not found beside the program. {LibTorchException.SystemNeeded}." : _failure.Message, _failure!);
    }

    private static IntPtr Resolve(Assembly assembly, string name)
    {
        if (name != Bridge && !Libraries.Contains(name, StringComparer.Ordinal))
            return IntPtr.Zero;
        lock (Gate)
        {
            try
            {
                return name == Bridge ? LoadBridge() : LoadLibtorch(name);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or DllNotFoundException
                or BadImageFormatException)
            {
                _failure = new LibTorchException($"libtorch does not load on this machine: {e.Message}. {LibTorchException.SystemNeeded}.", e);
                return IntPtr.Zero;
            }
        }
    }

    private static IntPtr LoadLibtorch(string name)
    {
        var wanted = IntPtr.Zero;
        if (!TryFind("torch_cpu", out var path))
            return wanted;
        var folder = Path.GetDirectoryName(path)!;
        foreach (var library in Libraries)
        {
            var file = Path.Combine(folder, FileName(library));
            if (!File.Exists(file))
                continue;
            var handle = NativeLibrary.Load(file);
            if (library == name)
                wanted = handle;
        }
        _loadedFrom = folder;
        return wanted;
    }

    private static IntPtr LoadBridge()
    {
        if (!TryFind(Bridge, out var source))
            throw new DllNotFoundException($"{FileName(Bridge)} is not beside the program");
        if (!TryFind("torch_cpu", out _))
            throw new DllNotFoundException($"{FileName("torch_cpu")} is not beside the program, and {FolderVariable} names no folder that has it");
        LoadLibtorch("torch_cpu");
        if (NativeLibrary.TryLoad(source, out var handle))
            return handle;
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return NativeLibrary.Load(source);
        try
        {
            return NativeLibrary.Load(MendedCopy.Default().Prepare(source));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{source} cannot be mended: {e.Message}", e);
        }
    }

    private static bool TryFind(string library, [NotNullWhen(true)] out string? path)
    {
        var folders = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator)
            .Append(AppContext.BaseDirectory);
        if (library != Bridge && Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } elsewhere)
            folders = folders.Prepend(elsewhere);
        path = folders.Where(f => f.Length > 0).Select(f => Path.Combine(f, FileName(library))).FirstOrDefault(File.Exists);
        return path is not null;
    }

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";
}
