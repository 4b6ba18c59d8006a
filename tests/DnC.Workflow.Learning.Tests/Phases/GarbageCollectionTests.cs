using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Tests.Phases;

/// <summary>
/// A collection at any moment changes nothing: what a native operation reads is held while it runs (see Scalars). Without that these
/// trainings fail with 'Unknown scalar type', or worse, do not fail.
/// </summary>
[CollectionDefinition(nameof(GarbageCollectionTests), DisableParallelization = true)]
[Collection(nameof(GarbageCollectionTests))]
public class GarbageCollectionTests
{
    [Theory]
    [InlineData("base", "sgd")]
    [InlineData("base", "lars")]
    [InlineData("distill", "adamw")]
    public void Results_do_not_depend_on_collections(string stage, string optimizer)
    {
        using var run = DistillPhaseTests.Prepared($"{stage}.optimizer={optimizer}", "base.epochs=8", "distill.epochs=4");
        run.Results.Remove(stage);
        run.Run(stage);
        var undisturbed = run.Digest(stage, StageFiles.Model);

        var (end, collections) = (false, 0);
        var collector = new Thread(() =>
        {
            for (; !Volatile.Read(ref end); collections++)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            run.Attempt(stage, run.Checkpoints(), () => false, out _);
        }
        finally
        {
            Volatile.Write(ref end, true);
            collector.Join();
        }

        Assert.True(collections > 100, $"{collections}");
        Assert.Equal(undisturbed, run.Digest(stage, StageFiles.Model));
    }
}
