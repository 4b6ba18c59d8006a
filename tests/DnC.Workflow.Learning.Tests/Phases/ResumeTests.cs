using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Tests.Phases;

public class ResumeTests
{
    [Theory]
    [InlineData("base", "base.optimizer=sgd")]
    [InlineData("base", "base.optimizer=lars")]
    [InlineData("base", "base.optimizer=adamw")]
    [InlineData("base", "base.precision=bf16 model.side=16 model.width=4")] // emulated on many machines: ten times the time
    [InlineData("base", "base.objective=simclr")]
    [InlineData("base", "base.objective=byol")]
    [InlineData("expert[0]", "experts.init=base")]
    [InlineData("expert[0]", "experts.objective=byol")]
    [InlineData("distill", "distill.teachers=augmented")]
    [InlineData("distill", "distill.teachers=cached")]
    public void A_training_stopped_at_any_step_and_resumed_ends_in_the_same_bits(string stage, string setting)
    {
        using var run = new PhaseRun(setting.Split(' '));
        run.Run(stage);
        var undisturbed = run.Digest(stage, StageFiles.Model);
        var steps = run.Results[stage].Metrics.GetProperty("steps").GetInt64();
        Assert.True(steps > 4);
        // Batches of cached targets come before the training: of 3 experts, whose clusters are smaller than a batch, and of the base.
        long[] before = setting.EndsWith("cached", StringComparison.Ordinal) ? [4] : [];

        foreach (var stopAt in new[] { 1, 3, (int)steps - 1 }.Select(s => before.Sum() + s))
        {
            var checkpoints = run.Checkpoints();
            Assert.Throws<StageStopped>(() => run.Attempt(stage, checkpoints, () => run.Step >= stopAt, out _));
            Assert.Equal([.. before, stopAt], checkpoints.Committed);
            run.Attempt(stage, checkpoints, () => false, out _);

            Assert.Equal(undisturbed, run.Digest(stage, StageFiles.Model));
        }
    }

    [Fact]
    public void The_curve_of_a_resumed_training_has_the_same_points()
    {
        using var run = new PhaseRun();
        run.Run("base");
        var undisturbed = Losses(run);
        var checkpoints = run.Checkpoints();
        Assert.Throws<StageStopped>(() => run.Attempt("base", checkpoints, () => run.Step == 5, out _));
        run.Attempt("base", checkpoints, () => false, out _);

        Assert.Equal([5], checkpoints.Committed);
        Assert.Equal(undisturbed, Losses(run));
    }

    [Fact]
    public void A_damaged_checkpoint_costs_time_and_not_the_result()
    {
        using var run = new PhaseRun();
        run.Run("base");
        var undisturbed = run.Digest("base", StageFiles.Model);
        var checkpoints = run.Checkpoints();
        Assert.Throws<StageStopped>(() => run.Attempt("base", checkpoints, () => run.Step == 5, out _));
        var file = Path.Combine(checkpoints.ResumeFolder!, "state.safetensors");
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);

        run.Attempt("base", checkpoints, () => false, out _);

        Assert.Equal(undisturbed, run.Digest("base", StageFiles.Model));
    }

    private static List<string> Losses(PhaseRun run) =>
        [.. File.ReadLines(run.Output("base", StageFiles.Curve)).Select(l => System.Text.Json.JsonDocument.Parse(l).RootElement.GetProperty("loss").GetRawText())];
}
