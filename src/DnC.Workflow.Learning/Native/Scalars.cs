using TorchSharp;

namespace DnC.Workflow.Learning.Native;

/// <summary>
/// Numbers in libtorch's form that are never collected. TorchSharp hands native code the bare pointer of a <see cref="Scalar"/>, whose
/// finalizer frees it: one that nothing holds (an implicit conversion in an argument, TorchSharp's own defaults) may be freed while it is
/// read, and another number, or none, is read instead. An architecture test keeps such calls out of this project.
/// </summary>
internal static class Scalars
{
    public static readonly Scalar Zero = 0;

    public static readonly Scalar One = 1;

    public static readonly Scalar Two = 2;
}
