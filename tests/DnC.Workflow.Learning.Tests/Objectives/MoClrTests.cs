using System.Text.Json.Nodes;
using DnC.Workflow.Learning.Objectives;
using DnC.Workflow.Learning.Tests.Models;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Objectives;

public class MoClrTests
{
    private static readonly JsonArray Cases = FormulaValues.Fixture("torch-training", "training.json")["moclr"]!.AsArray();

    [Theory]
    [InlineData(0, ScalarType.Float64, 1e-12)]
    [InlineData(1, ScalarType.Float64, 1e-12)]
    [InlineData(0, ScalarType.Float32, 2e-5)]
    public void LossAndGradientArePyTorchs(int index, ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        var expected = Cases[index]!;
        var (online, target) = Views(type);
        var loss = new MoClr(expected["temperature"]!.GetValue<double>()).Loss(online, target);
        loss.backward();

        FormulaValues.Near([expected["loss"]!.GetValue<double>()], loss.Values(), tolerance);
        FormulaValues.Near(expected["gradients"]![0]!.Numbers(), online.First.grad!.Values(), tolerance);
        FormulaValues.Near(expected["gradients"]![1]!.Numbers(), online.Second.grad!.Values(), tolerance);
    }

    [Fact]
    public void GradientIsThatOfFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        var objective = new MoClr(0.2);
        var (online, target) = Views(ScalarType.Float64);
        objective.Loss(online, target).backward();
        var gradient = online.First.grad!.Values();
        const double Step = 1e-6;
        for (var i = 0; i < gradient.Length; i++)
        {
            var difference = (LossAt(i, Step) - LossAt(i, -Step)) / (2 * Step);
            Assert.Equal(difference, gradient[i], 1e-7);
        }

        double LossAt(int at, double by)
        {
            using var noGrad = no_grad();
            var moved = online.First.detach().clone();
            moved.view(-1)[at] += by;
            return objective.Loss(online with { First = moved }, target).item<double>();
        }
    }

    [Fact]
    public void TheDefinitionWrittenOutGivesTheSameLoss()
    {
        using var scope = NewDisposeScope();
        var (online, target) = Views(ScalarType.Float64);
        const double Temperature = 0.3;
        var expected = Term(online.First, target.Second) + Term(online.Second, target.First);
        Assert.Equal(expected, new MoClr(Temperature).Loss(online, target).item<double>(), 1e-12);

        static double Term(Tensor z, Tensor t)
        {
            var (a, b) = (Rows(z), Rows(t));
            return a.Select((row, i) => Math.Log(b.Sum(other => Math.Exp(Cos(row, other) / Temperature))) - Cos(row, b[i]) / Temperature).Average();
        }

        static double[][] Rows(Tensor t) => [.. t.Values().Chunk((int)t.shape[1])];
        static double Cos(double[] a, double[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
        static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
    }

    [Fact]
    public void LengthsOfTheProjectionsDoNotMatterAndViewsMayBeExchanged()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var objective = new MoClr(0.1);
        var (online, target) = Views(ScalarType.Float64);
        var loss = objective.Loss(online, target).item<double>();
        Assert.Equal(loss, objective.Loss(new TwoViews(online.First * 3, online.Second * 0.2), target).item<double>(), 1e-12);
        Assert.Equal(loss, objective.Loss(new(online.Second, online.First), new(target.Second, target.First)).item<double>(), 1e-12);
    }

    [Fact]
    public void UnknownObjectivesAndTemperaturesAreRefused()
    {
        Assert.IsType<MoClr>(ObjectiveCatalog.Create(new TrainingSpec()));
        var error = Assert.Throws<UserInputException>(() => ObjectiveCatalog.Create(new TrainingSpec { Objective = "dino" }));
        Assert.Equal("objective 'dino' is not known: take one of moclr.", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MoClr(0));
    }

    private static (TwoViews Online, TwoViews Target) Views(ScalarType type)
    {
        Tensor Rows(string name) => FormulaValues.Of(name, 7, 5).to(type);
        return (new TwoViews(Rows("online1").requires_grad_(), Rows("online2").requires_grad_()), new TwoViews(Rows("target1"), Rows("target2")));
    }
}
