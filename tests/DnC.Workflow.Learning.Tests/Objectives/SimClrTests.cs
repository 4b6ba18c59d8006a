using DnC.Workflow.Learning.Objectives;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Objectives;

public class SimClrTests
{
    [Theory]
    [InlineData(0, ScalarType.Float64, 1e-12)]
    [InlineData(1, ScalarType.Float64, 1e-12)]
    [InlineData(0, ScalarType.Float32, 2e-5)]
    public void LossAndGradientArePyTorchs(int index, ScalarType type, double tolerance)
    {
        var expected = ObjectiveChecks.Cases("simclr")[index]!;
        ObjectiveChecks.LossAndGradientAre(expected, new SimClr(expected["temperature"]!.GetValue<double>()), type, tolerance);
    }

    [Fact]
    public void GradientIsThatOfFiniteDifferences() => ObjectiveChecks.GradientIsThatOfFiniteDifferences(new SimClr(0.2));

    [Fact]
    public void TheDefinitionWrittenOutGivesTheSameLoss()
    {
        using var scope = NewDisposeScope();
        var (online, _) = ObjectiveChecks.Views(ScalarType.Float64);
        const double Temperature = 0.3;
        double[][] all = [.. ObjectiveChecks.Rows(online.First), .. ObjectiveChecks.Rows(online.Second)];
        double Similar(int i, int j) => Math.Exp(ObjectiveChecks.Cos(all[i], all[j]) / Temperature);

        // Twice the mean over all 2B rows of the paper's −log of the share that the other view has among the 2B − 1 others.
        var half = all.Length / 2;
        var expected = 2 * Enumerable.Range(0, all.Length).Average(i =>
            -Math.Log(Similar(i, (i + half) % all.Length) / Enumerable.Range(0, all.Length).Where(j => j != i).Sum(j => Similar(i, j))));
        Assert.Equal(expected, new SimClr(Temperature).Loss(online, online).item<double>(), 1e-12);
    }

    [Fact]
    public void LengthsOfTheProjectionsDoNotMatterAndViewsMayBeExchanged() =>
        ObjectiveChecks.LengthsOfTheProjectionsDoNotMatterAndViewsMayBeExchanged(new SimClr(0.1));

    [Fact]
    public void ItHasNeitherTargetNorPredictor() => Assert.True(new SimClr(0.1) is { UsesTarget: false, Predictor: null });

    [Fact]
    public void ATemperatureIsPositive() => Assert.Throws<ArgumentOutOfRangeException>(() => new SimClr(0));
}
