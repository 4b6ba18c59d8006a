using DnC.Workflow.Learning.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Native;

public class AutocastTests
{
    [Fact]
    public void CastsMatrixProductsWhileItIsHeldAndLeavesTheThreadAsItWas()
    {
        Assert.SkipUnless(Autocast.IsAvailable, "this libtorch exports no autocast");
        using var scope = NewDisposeScope();
        var a = ones(4, 4);
        using (Autocast.BFloat16On(CPU))
            Assert.Equal(ScalarType.BFloat16, a.mm(a).dtype);
        Assert.Equal(ScalarType.Float32, a.mm(a).dtype);
    }

    [Fact]
    public void AThreadThatDidNotOpenItCannotCloseIt()
    {
        Assert.SkipUnless(Autocast.IsAvailable, "this libtorch exports no autocast");
        using var autocast = Autocast.BFloat16On(CPU);
        Exception? error = null;
        var thread = new Thread(() => error = Record.Exception(autocast.Dispose));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(error);
    }

    [Fact]
    public void NativeIsWhatTheProcessorSaysOfItself()
    {
        Assert.SkipUnless(File.Exists("/proc/cpuinfo"), "no /proc/cpuinfo");
        var flags = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal))?.Split(' ') ?? [];
        Assert.Equal(flags.Contains("avx512_bf16") || flags.Contains("amx_bf16"), Autocast.IsNative(CPU));
    }

    [Fact]
    public void OnLinuxItIsThere() => Assert.True(!OperatingSystem.IsLinux() || Autocast.IsAvailable);
}
