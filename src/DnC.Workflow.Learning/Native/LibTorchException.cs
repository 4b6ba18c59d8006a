namespace DnC.Workflow.Learning.Native;

/// <summary>libtorch cannot be loaded on this machine; the message says what the machine would need.</summary>
public sealed class LibTorchException : Exception
{
    /// <summary>Where TorchSharp's native library runs, once mended.</summary>
    internal const string SystemNeeded =
        "DnC.Workflow needs 64-bit Linux on x86-64 with glibc 2.34 and libstdc++ of GCC 12 or later (Debian 12, Ubuntu 22.04, Fedora 36 "
        + "or newer), 64-bit Windows, or macOS on Apple silicon";

    public LibTorchException()
    {
    }

    public LibTorchException(string message)
        : base(message)
    {
    }

    public LibTorchException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
