using DnC.Workflow.Learning.Objectives;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Objectives;

public class MoClrTests
{
    [Theory]
    [InlineData(0, ScalarType.Float64, 1e-12)]
    [InlineData(1, ScalarType.Float64, 1e-12)]
    [InlineData(0, ScalarType.Float32, 2e-5)]
    public void LossAndGradientArePyTorchs(int index, ScalarType type, double tolerance)
    {
        var expected = ObjectiveChecks.Cases("moclr")[index]!;
        ObjectiveChecks.LossAndGradientAre(expected, new MoClr(expected["temperature"]!.GetValue<double>()), type, tolerance);
    }

    [Fact]
    public void GradientIsThatOfFiniteDifferences() => ObjectiveChecks.GradientIsThatOfFiniteDifferences(new MoClr(0.2));

    [Fact]
    public void TheDefinitionWrittenOutGivesTheSameLoss()
    {
        using var scope = NewDisposeScope();
        var (online, target) = ObjectiveChecks.Views(ScalarType.Float64);
        const double Temperature = 0.3;
        var expected = Term(online.First, target.Second) + Term(online.Second, target.First);
        Assert.Equal(expected, new MoClr(Temperature).Loss(online, target).item<double>(), 1e-12);

        static double Term(Tensor z, Tensor t)
        {
            var (a, b) = (ObjectiveChecks.Rows(z), ObjectiveChecks.Rows(t));
            return a.Select((row, i) =>
                Math.Log(b.Sum(other => Math.Exp(ObjectiveChecks.Cos(row, other) / Temperature))) - (ObjectiveChecks.Cos(row, b[i]) / Temperature)).Average();
        }
    }

    [Fact]
    public void LengthsOfTheProjectionsDoNotMatterAndViewsMayBeExchanged() =>
        ObjectiveChecks.LengthsOfTheProjectionsDoNotMatterAndViewsMayBeExchanged(new MoClr(0.1));

    [Fact]
    public void ATemperatureIsPositive() => Assert.Throws<ArgumentOutOfRangeException>(() => new MoClr(0));
}
