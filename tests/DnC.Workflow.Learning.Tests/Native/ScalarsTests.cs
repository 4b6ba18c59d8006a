using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Optimization;
using TorchSharp;
using Parameter = TorchSharp.Modules.Parameter;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Native;

/// <summary>Steps under a collector that never rests: with a scalar that nothing holds, one in some hundreds reads freed memory.</summary>
public sealed class ScalarsTests
{
    private const int Steps = 20_000;

    [Fact]
    public void A_collector_at_work_changes_no_number_of_a_training_step()
    {
        using var norm = new BatchNorm(4);
        using var images = arange(32).to(ScalarType.Float32).view(2, 4, 2, 2);
        using var weight = new Parameter(zeros(4, dtype: ScalarType.Float64));
        using var sgd = new Sgd([new OptimizedParameter("weight", weight)], momentum: 0, weightDecay: 0);
        var done = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            for (var step = 0; step < Steps; step++)
            {
                using var scope = NewDisposeScope();
                norm.call(images);
                weight.grad = ones_like(weight);
                sgd.Step(-0.5);
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            collector.Join();
        }

        Assert.Equal(Steps, norm.state_dict()["num_batches_tracked"].item<long>());
        Assert.All(weight.data<double>().ToArray(), value => Assert.Equal(Steps / 2, value));
    }
}
