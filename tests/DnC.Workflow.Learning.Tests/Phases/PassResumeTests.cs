using System.Text.Json;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Phases;

/// <summary>Stages of several passes over images: stopped in the middle, they go on there, and not at the first pass.</summary>
public class PassResumeTests
{
    private const int Batch = 32;

    /// <summary>Three experts of 80 images, the base of 240: batches of all their passes.</summary>
    private const int Targets = (3 * 3) + 8;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(Targets - 1)]
    public void Cached_targets_that_were_stopped_at_any_batch_give_the_same_student(int stopAt)
    {
        using var run = Distillation();
        var undisturbed = Student(run);
        var checkpoints = run.Checkpoints();

        Assert.Throws<StageStopped>(() => run.Attempt("distill", checkpoints, () => Done(run) == stopAt, out _));
        Assert.Equal([stopAt], checkpoints.Committed);
        run.Attempt("distill", checkpoints, () => false, out _);

        Assert.Equal(stopAt + 1, run.Reported[0].Step);
        Assert.Equal(undisturbed, run.Digest("distill", StageFiles.Model));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(Targets - 2)]
    [InlineData(Targets + 3)]
    public void A_killed_distillation_repeats_what_came_after_its_last_checkpoint(int killedAt)
    {
        using var run = Distillation();
        var undisturbed = Student(run);
        var checkpoints = run.Checkpoints();

        Assert.Throws<TimeoutException>(() => run.Attempt("distill", checkpoints, () => Done(run) == killedAt ? throw new TimeoutException() : false, out _, checkpointSeconds: 0));
        var kept = checkpoints.Committed[^1];
        Assert.Equal(killedAt - 1, kept);
        run.Attempt("distill", checkpoints, () => false, out _);

        Assert.Equal(kept + 1, run.Reported[0].Step);
        Assert.Equal(checkpoints.Committed.Order(), checkpoints.Committed);
        Assert.Equal(undisturbed, run.Digest("distill", StageFiles.Model));
    }

    [Fact]
    public void A_training_that_goes_on_twice_makes_no_pass_again()
    {
        using var run = Distillation();
        var undisturbed = Student(run);
        var checkpoints = run.Checkpoints();

        foreach (var stopAt in new[] { Targets + 2, Targets + 4 })
            Assert.Throws<StageStopped>(() => run.Attempt("distill", checkpoints, () => Done(run) == stopAt, out _));
        run.Attempt("distill", checkpoints, () => false, out _);

        // The end of the passes is a checkpoint of its own: the training's time to its first one begins there.
        Assert.Equal([Targets, Targets + 2, Targets + 4], checkpoints.Committed);
        Assert.Equal(Targets + 5, run.Reported[0].Step);
        Assert.All(run.Reported, p => Assert.Null(p.Phase));
        Assert.Equal(undisturbed, run.Digest("distill", StageFiles.Model));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 4)]
    public void A_damaged_pass_is_made_again_and_the_others_are_not(int pass, int firstStep)
    {
        using var run = Distillation();
        var undisturbed = Student(run);
        var checkpoints = run.Checkpoints();
        Assert.Throws<StageStopped>(() => run.Attempt("distill", checkpoints, () => Done(run) == Targets + 1, out _));
        var path = Path.Combine(checkpoints.ResumeFolder!, $"pass-000{pass}", "segment-000000.bin");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);

        run.Attempt("distill", checkpoints, () => false, out _);

        Assert.Equal([firstStep, firstStep + 1, firstStep + 2, Targets + 2], run.Reported.Take(4).Select(p => (int)p.Step));
        Assert.Contains(run.Log, l => l.Contains($"targets of expert[{pass}]", StringComparison.Ordinal) && l.Contains("cannot be used", StringComparison.Ordinal));
        Assert.Equal(undisturbed, run.Digest("distill", StageFiles.Model));
    }

    // Probe and test have 200 images: 7 batches each.
    [Theory]
    [InlineData("evaluate[pixels]", 3)]
    [InlineData("evaluate[base]", 5)]
    [InlineData("evaluate[base]", 7)]
    [InlineData("evaluate[base]", 12)]
    [InlineData("evaluate[expert[0]]", 3)]
    [InlineData("evaluate[expert[0]]", 12)]
    [InlineData("evaluate[expert[0]]", 15)]
    public void An_evaluation_stopped_in_any_pass_has_the_same_figures(string stage, int stopAt)
    {
        using var run = Evaluation();
        var undisturbed = run.Run(stage).Metrics.GetRawText();
        var checkpoints = run.Checkpoints();

        Assert.Throws<StageStopped>(() => run.Attempt(stage, checkpoints, () => Done(run) == stopAt, out _));
        Assert.Equal([stopAt], checkpoints.Committed);
        var resumed = run.Attempt(stage, checkpoints, () => false, out _);

        Assert.Equal(stopAt + 1, run.Reported[0].Step);
        Assert.Equal(undisturbed, resumed.Metrics.GetRawText());
    }

    [Fact]
    public void A_linear_probe_begins_again_without_its_passes()
    {
        using var run = Evaluation();
        var undisturbed = run.Run("evaluate[base]").Metrics.GetRawText();
        var checkpoints = run.Checkpoints();

        Assert.Throws<StageStopped>(() => run.Attempt("evaluate[base]", checkpoints, () => run.Reported.LastOrDefault()?.Phase == "linear probe", out _));
        Assert.Equal([14], checkpoints.Committed);
        var resumed = run.Attempt("evaluate[base]", checkpoints, () => false, out _);

        Assert.All(run.Reported, p => Assert.Equal("linear probe", p.Phase));
        Assert.Equal(undisturbed, resumed.Metrics.GetRawText());
    }

    private static long Done(PhaseRun run) => run.Reported.LastOrDefault()?.Step ?? 0;

    private static PhaseRun Distillation() => DistillPhaseTests.Prepared(Batch, ["distill.teachers=cached", "distill.epochs=1"]);

    private static string Student(PhaseRun run)
    {
        run.Run("distill");
        return run.Digest("distill", StageFiles.Model);
    }

    /// <summary>Untrained networks, and two centroids: an embedding of each half of the images.</summary>
    private static PhaseRun Evaluation()
    {
        var run = new PhaseRun("cluster.k=2") { ForwardBatch = Batch };
        run.ProvideModel("base", 20);
        run.ProvideModel("expert[0]", 21);
        run.ProvideModel("expert[1]", 22);
        using var matrix = FeatureMatrix.Open(Embedded(run));
        var centroids = KMeans.Fit(matrix, new KMeansSettings(2), 3, CPU).Centroids;
        run.Provide("cluster", 2, (StageFiles.Centroids, centroids.Write), (StageFiles.ClusterMap, path =>
            File.WriteAllText(path, JsonSerializer.Serialize(new ClusterMap([0, 1], [120, 120]), SpecJson.Options))));
        return run;
    }

    private static string Embedded(PhaseRun run)
    {
        run.Run("embed");
        return run.Output("embed", StageFiles.Embedding);
    }
}
