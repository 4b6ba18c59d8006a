using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Objectives;
using DnC.Workflow.Learning.Tests.Models;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Objectives;

public sealed class ByolTests : IDisposable
{
    private readonly Mlp _predictor = Mlp.RegressionHead(5, 8, 5);
    private readonly Byol _objective;

    public ByolTests() => _objective = new Byol(_predictor);

    public void Dispose() => _predictor.Dispose();

    [Theory]
    [InlineData(ScalarType.Float64, 1e-12)]
    [InlineData(ScalarType.Float32, 2e-5)]
    public void LossAndGradientArePyTorchs(ScalarType type, double tolerance) =>
        ObjectiveChecks.LossAndGradientAre(ObjectiveChecks.Cases("byol")[0]!, _objective, type, tolerance);

    [Fact]
    public void GradientIsThatOfFiniteDifferences() => ObjectiveChecks.GradientIsThatOfFiniteDifferences(_objective);

    [Fact]
    public void TheDefinitionWrittenOutGivesTheSameLoss()
    {
        using var scope = NewDisposeScope();
        var (online, target) = ObjectiveChecks.Views(ScalarType.Float64);
        Assert.Equal(Term(online.First, target.Second) + Term(online.Second, target.First), _objective.Loss(online, target).item<double>(), 1e-12);

        static double Term(Tensor p, Tensor z) => ObjectiveChecks.Rows(p).Zip(ObjectiveChecks.Rows(z), (a, b) => 2 - (2 * ObjectiveChecks.Cos(a, b))).Average();
    }

    [Fact]
    public void LengthsOfTheProjectionsDoNotMatterAndViewsMayBeExchanged() =>
        ObjectiveChecks.LengthsOfTheProjectionsDoNotMatterAndViewsMayBeExchanged(_objective);

    [Fact]
    public void ItsPredictorHasTheProjectorsWidthsAndNoLastBatchNorm()
    {
        var spec = EncoderTests.Small with { ProjectorHidden = 12, Projection = 6 };
        var objective = ObjectiveCatalog.Create(new() { Objective = "byol" }, spec, seed: 3);
        using var predictor = objective.Predictor!;

        Assert.True(objective.UsesTarget);
        Assert.Equal(
            ["bn1.bias [12]", "bn1.weight [12]", "linear1.weight [12, 6]", "linear2.bias [6]", "linear2.weight [6, 12]"],
            predictor.named_parameters().Select(p => $"{p.name} [{string.Join(", ", p.parameter.shape)}]").Order(StringComparer.Ordinal));
        using var same = ObjectiveCatalog.Create(new() { Objective = "byol" }, spec, seed: 3).Predictor!;
        using var other = ObjectiveCatalog.Create(new() { Objective = "byol" }, spec, seed: 4).Predictor!;
        Assert.Equal(First(predictor), First(same));
        Assert.NotEqual(First(predictor), First(other));

        static double[] First(Mlp network) => network.parameters().First().Values();
    }
}
