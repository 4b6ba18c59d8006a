namespace DnC.Workflow.Learning.Tests.Phases;

/// <summary>Operations in the metrics against the network's layers written out: two a multiply-accumulate, a backward pass twice the forward.</summary>
public class FlopsMetricsTests
{
    // Narrow ResNet of width 8 at 32 pixels: stem, then basic blocks of 8, 16, 32 and 64 channels at sides 32, 16, 8 and 4, with a 1×1
    // shortcut where the width doubles; projector 64 → 32 → 16; regressor 16 → 32 → 16.
    private const double Backbone =
        (32 * 32 * (9 * 3 * 8))
        + (32 * 32 * (9 * 8 * 8 * 2))
        + (16 * 16 * ((9 * 8 * 16) + (9 * 16 * 16) + (8 * 16)))
        + (8 * 8 * ((9 * 16 * 32) + (9 * 32 * 32) + (16 * 32)))
        + (4 * 4 * ((9 * 32 * 64) + (9 * 64 * 64) + (32 * 64)));

    private const double Forward = 2 * (Backbone + (64 * 32) + (32 * 16));
    private const double Regressor = 2 * ((16 * 32) + (32 * 16));

    [Theory]
    [InlineData("moclr", 4 * Forward)]
    [InlineData("simclr", 3 * Forward)]
    [InlineData("byol", (4 * Forward) + (3 * Regressor))]
    public void Of_a_training_two_views_through_the_online_network_its_predictor_and_the_target(string objective, double view)
    {
        using var run = new PhaseRun("base.epochs=1", $"base.objective={objective}");
        run.Run("base");

        // 240 images a batch of 32: 7.5 steps, rounded to even. The predictor has the shape of a regressor.
        Assert.Equal(8 * 32 * 2 * view, Flops(run, "base"));
    }

    [Fact]
    public void Of_an_embedding_one_pass()
    {
        using var run = new PhaseRun("embed.sample=100");
        run.ProvideModel("base", 1);
        run.Run("embed");

        Assert.Equal(100 * Forward, Flops(run, "embed"));
    }

    [Theory]
    [InlineData("both", "augmented", 2)]
    [InlineData("base", "augmented", 1)]
    [InlineData("experts", "augmented", 1)]
    [InlineData("both", "cached", 2)]
    [InlineData("experts", "cached", 1)]
    public void Of_a_distillation_student_regressors_and_teachers(string targets, string teachers, int each)
    {
        using var run = DistillPhaseTests.Prepared($"distill.targets={targets}", $"distill.teachers={teachers}", "distill.epochs=1");
        run.Run("distill");

        var student = 8 * 32 * 2 * 3 * (Forward + (each * Regressor));
        var taught = teachers == "cached" ? 240 * each * Forward : 8 * 32 * 2 * each * Forward;
        Assert.Equal(student + taught, Flops(run, "distill"));
    }

    private static double Flops(PhaseRun run, string stage) => run.Results[stage].Metrics.GetProperty("flops").GetDouble();
}
