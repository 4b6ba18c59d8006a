using System.Runtime.CompilerServices;
using DnC.Workflow.Learning.Native;

namespace DnC.Workflow.Learning.Tests.Native;

internal static class TorchStart
{
    /// <summary>A test may touch TorchSharp before anything of Learning. One thread makes results comparable from test to test.</summary>
    [ModuleInitializer]
    internal static void Apply() => TorchSettings.Apply(threads: 1);
}
