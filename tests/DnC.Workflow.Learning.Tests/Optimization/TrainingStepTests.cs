using DnC.Workflow.Learning.Native;

namespace DnC.Workflow.Learning.Tests.Optimization;

/// <summary>Encoder, target, objective and optimiser together, as the training loop will use them.</summary>
public class TrainingStepTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TwoRunsOfTwoStepsGiveTheSameBits(bool bf16)
    {
        Assert.SkipWhen(bf16 && !Autocast.IsAvailable, "this libtorch exports no autocast");
        var first = Train(steps: 2, bf16);
        var second = Train(steps: 2, bf16);
        Assert.Equal(first.Keys, second.Keys);
        Assert.All(first, s => Assert.Equal(s.Value, second[s.Key]));
        Assert.NotEqual(first["backbone.conv1.weight"], Start()["backbone.conv1.weight"]);
    }

    [Fact]
    public void TheLossFalls()
    {
        using var training = new SmallTraining();
        var losses = Enumerable.Range(0, 40).Select(_ => training.Step(bf16: false)).ToList();
        Assert.True(losses[^5..].Average() < 0.7 * losses[..5].Average(), string.Join(" ", losses));
    }

    private static Dictionary<string, double[]> Train(int steps, bool bf16)
    {
        using var training = new SmallTraining();
        for (var i = 0; i < steps; i++)
            training.Step(bf16);
        return training.State();
    }

    private static Dictionary<string, double[]> Start()
    {
        using var training = new SmallTraining();
        return training.State();
    }
}
