using System.Text.Json;
using DnC.Workflow.Learning.Native;
using DnC.Workflow.Learning.Tests.Models;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;
using TorchSharp;

namespace DnC.Workflow.Learning.Tests.Phases;

public class TrainingTests
{
    private const string PilotRate = "distill.learningRate=0.25";

    // Batch 4096 at the paper's 0.3 per 256.
    private const string PaperRate = "distill.learningRate=38.4";

    [Theory]
    [InlineData("base")]
    [InlineData("expert[0]")]
    public void The_contrastive_loss_falls(string stage)
    {
        using var run = new PhaseRun("base.epochs=16", "experts.epochs=24", "experts.optimizer=sgd");
        if (stage != "base")
            run.ProvideModel("base", 3);
        run.Run(stage);
        var losses = Losses(run, stage);

        Assert.True(losses[^10..].Average() < 0.9 * losses[..10].Average(), $"{losses[..10].Average()} to {losses[^10..].Average()}");
    }

    [Theory]
    [InlineData("simclr")]
    [InlineData("byol")]
    public void Other_objectives_fall_too_and_hand_on_the_same_tensors(string objective)
    {
        using var plain = new PhaseRun("base.epochs=1");
        plain.Run("base");
        using var run = new PhaseRun("base.epochs=16", $"base.objective={objective}");
        run.Run("base");
        var losses = Losses(run, "base");

        Assert.True(losses[^10..].Average() < 0.9 * losses[..10].Average(), $"{losses[..10].Average()} to {losses[^10..].Average()}");
        using var scope = torch.NewDisposeScope();
        Assert.Equal(
            SafetensorsFile.Read(plain.Output("base", StageFiles.Model)).Keys.Order(StringComparer.Ordinal),
            SafetensorsFile.Read(run.Output("base", StageFiles.Model)).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_predictor_is_trained_with_the_encoder_and_kept_in_checkpoints_with_its_optimiser_state()
    {
        using var run = new PhaseRun("base.objective=byol");
        var checkpoints = run.Checkpoints();
        var seen = new List<double[]>();
        foreach (var at in new[] { 4, 8 })
        {
            Assert.Throws<StageStopped>(() => run.Attempt("base", checkpoints, () => run.Step == at, out _));
            using var scope = torch.NewDisposeScope();
            var state = SafetensorsFile.Read(Path.Combine(checkpoints.ResumeFolder!, "state.safetensors"));
            Assert.Equal([32, 16], state["predictor.linear1.weight"].shape);
            Assert.False(state.ContainsKey("predictor.bn2.weight"));
            Assert.True(state["optimizer.momentum.predictor.linear2.weight"].norm().item<float>() > 0);
            seen.Add(state["predictor.linear2.weight"].Values());
        }

        Assert.NotEqual(seen[0], seen[1]);
    }

    [Theory]
    [InlineData("sgd", PilotRate, "distill.lastLayerRate=0.03125", "distill.lastLayerScale=0.2", 0.75)]
    [InlineData("lars", PaperRate, "distill.lastLayerRate=1", "distill.lastLayerScale=1", 0.75)]
    public void The_first_200_steps_of_a_distillation_descend_towards_its_teachers(string optimizer, string rate, string lastRate, string lastScale, double share)
    {
        using var run = DistillPhaseTests.Prepared(
            $"distill.optimizer={optimizer}", rate, lastRate, lastScale, "distill.epochs=27", "distill.momentum=0.9", "distill.regressorHidden=512", "distill.teachers=cached");
        run.Run("distill");
        var losses = Losses(run, "distill");

        Assert.Equal(202, losses.Length);
        Assert.True(losses.Max() < 4 * losses[0], $"climbs to {losses.Max()} from {losses[0]}");
        // ½‖r − t‖² with unit targets, both: 1 says nothing of the teachers, 0 says all.
        Assert.True(losses[180..200].Average() < share * Math.Min(1, losses[..5].Average()), $"{losses[..5].Average()} to {losses[180..200].Average()}");
    }

    [Fact]
    public void A_loss_that_is_no_number_fails_for_good_and_names_step_and_images()
    {
        using var run = DistillPhaseTests.Prepared("distill.optimizer=sgd", "distill.learningRate=100", "distill.regressorHidden=512");
        var checkpoints = run.Checkpoints();

        var failure = Assert.Throws<StageFailure>(() => run.Attempt("distill", checkpoints, () => false, out _, checkpointSeconds: 0));

        Assert.False(failure.Retryable);
        var step = checkpoints.Committed[^1];
        Assert.InRange(step, 1, 14);
        Assert.Contains($"at step {step} ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("A lower learningRate", failure.Message, StringComparison.Ordinal);
        using var source = run.Train();
        var ids = Enumerable.Range(0, source.Count).Select(source.Id).ToHashSet(StringComparer.Ordinal);
        var listed = run.Log.Single(l => l.StartsWith("Images of the batch: ", StringComparison.Ordinal))["Images of the batch: ".Length..].Split(", ");
        Assert.Equal(32, listed.Distinct().Count(ids.Contains));
        Assert.Contains(listed[0], failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(checkpoints.ResumeFolder!, "state.safetensors")));
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    [InlineData("auto")]
    public void Provenance_tells_the_precision_that_was_really_used(string precision)
    {
        Assert.SkipWhen(precision == "bf16" && !Autocast.IsAvailable, "this libtorch has no autocast that can be reached");
        using var run = new PhaseRun($"base.precision={precision}", "base.epochs=1");
        var provenance = run.Run("base").Metrics.GetProperty("provenance");

        var expected = precision == "auto" ? Autocast.IsNative(torch.CPU) ? "bf16" : "fp32" : precision;
        Assert.Equal(expected, provenance.GetProperty("precision").GetString());
        Assert.Equal("cpu", provenance.GetProperty("device").GetString());
        Assert.Equal(1, provenance.GetProperty("threads").GetInt32());
        using var fp32 = new PhaseRun("base.precision=fp32", "base.epochs=1");
        fp32.Run("base");
        Assert.Equal(expected == "fp32", fp32.Digest("base", StageFiles.Model) == run.Digest("base", StageFiles.Model));
    }

    private static double[] Losses(PhaseRun run, string stage) =>
        [.. File.ReadLines(run.Output(stage, StageFiles.Curve)).Select(l => JsonSerializer.Deserialize<CurvePoint>(l, SpecJson.Options)!.Loss)];
}
