using DnC.Workflow.Learning.Native;
using TorchSharp;

namespace DnC.Workflow.Learning.Tests.Optimization;

/// <summary>The resident set is the whole process's: nothing else may run beside this.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public class MemoryTests
{
    [Fact]
    public void MemoryIsFlatOver100Steps()
    {
        using var training = new SmallTraining();
        for (var i = 0; i < 20; i++)
            training.Step(bf16: Autocast.IsAvailable && i % 2 == 0);
        var (resident, live) = (Resident(), DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        for (var i = 0; i < 100; i++)
            training.Step(bf16: Autocast.IsAvailable && i % 2 == 0);

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        // One step's activations are above 10 MB here: a leak of a tenth of them would show as 100 MB.
        Assert.True(Resident() - resident < 64L << 20, $"{(Resident() - resident) >> 20} MiB more");
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
