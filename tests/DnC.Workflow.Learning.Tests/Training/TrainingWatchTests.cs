using DnC.Workflow.Learning.Optimization;
using DnC.Workflow.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Training;

public sealed class TrainingWatchTests
{
    [Fact]
    public void The_gradient_norm_is_over_all_parameters_and_only_of_steps_that_are_looked_at()
    {
        using var scope = NewDisposeScope();
        var layer = nn.Linear(2, 1);
        var watch = new TrainingWatch([.. OptimizedParameter.Of(layer)]);
        // d/dw = (3, 4), d/db = 1.
        layer.call(tensor(new[] { 3f, 4f }).reshape(1, 2)).sum().backward();

        watch.Begin(due: true);
        watch.Look(eye(4));
        Assert.Equal(Math.Sqrt(26), watch.GradientNorm!.Value, 1e-6);
        Assert.Equal(4, watch.EmbeddingRank!.Value, 1e-5);

        watch.Begin(due: false);
        watch.Look(eye(4));
        Assert.Null(watch.GradientNorm);
        Assert.Null(watch.EmbeddingRank);
    }

    [Fact]
    public void Every_point_of_the_curve_is_told_once()
    {
        using var run = new LoopRun();
        var state = run.Run(steps: 25);
        Assert.Equal(state.Curve.Select(p => p.Step), run.Metrics.Select(p => p.Step));
        Assert.Equal(state.Curve.Select(p => p.Loss), run.Metrics.Select(p => p.Values["loss"]));
    }
}
