using DnC.Workflow.Learning.Tests.Phases;
using TorchSharp;

namespace DnC.Workflow.Learning.Tests.Training;

/// <summary>The resident set is the whole process's: nothing else may run beside this.</summary>
[CollectionDefinition("Training." + nameof(MemoryTests), DisableParallelization = true)]
[Collection("Training." + nameof(MemoryTests))]
public class MemoryTests
{
    [Fact]
    public void Memory_is_flat_over_2000_steps_of_a_base_training()
    {
        // A step of 2 images: loader, loop, optimiser and target network as in any training, at little cost.
        using var run = new PhaseRun("base.batch=2", "base.epochs=18.4", "model.width=4", "model.side=16");
        var (start, live, asked) = (0L, 0L, 0);
        run.Attempt("base", run.Checkpoints(), () =>
        {
            if (++asked == 200)
                (start, live) = (Resident(), DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            if (asked == 2200)
            {
                Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
                var grown = Resident() - start;
                Assert.True(grown < 48L << 20, $"{grown >> 20} MiB more");
            }

            return false;
        }, out _);

        Assert.True(asked >= 2200, $"{asked} steps");
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
