using System.Text.Json.Nodes;
using DnC.Workflow.Learning.Objectives;
using DnC.Workflow.Learning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Objectives;

/// <summary>What every objective is held against: PyTorch's loss and gradient, finite differences, and what may not matter.</summary>
internal static class ObjectiveChecks
{
    public static JsonArray Cases(string objective) => FormulaValues.Fixture("torch-training", "training.json")[objective]!.AsArray();

    /// <summary>The fixtures' projections: 7 images, 5 values. Values of similar names are similar: turned over, so that no two views are alike.</summary>
    public static (TwoViews Online, TwoViews Target) Views(ScalarType type)
    {
        Tensor Rows(string name) => FormulaValues.Of(name, 7, 5).to(type);
        return (
            new TwoViews(Rows("online1").requires_grad_(), Rows("online2").flip(1).requires_grad_()),
            new TwoViews(Rows("target1").flip(0), Rows("target2").roll([2], [1])));
    }

    public static void LossAndGradientAre(JsonNode expected, IObjective objective, ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        var (online, target) = Views(type);
        var loss = objective.Loss(online, target);
        loss.backward();

        FormulaValues.Near([expected["loss"]!.GetValue<double>()], loss.Values(), tolerance);
        FormulaValues.Near(expected["gradients"]![0]!.Numbers(), online.First.grad!.Values(), tolerance);
        FormulaValues.Near(expected["gradients"]![1]!.Numbers(), online.Second.grad!.Values(), tolerance);
    }

    public static void GradientIsThatOfFiniteDifferences(IObjective objective)
    {
        using var scope = NewDisposeScope();
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

    public static void LengthsOfTheProjectionsDoNotMatterAndViewsMayBeExchanged(IObjective objective)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (online, target) = Views(ScalarType.Float64);
        var loss = objective.Loss(online, target).item<double>();
        Assert.Equal(loss, objective.Loss(new TwoViews(online.First * 3, online.Second * 0.2), target).item<double>(), 1e-12);
        Assert.Equal(loss, objective.Loss(new(online.Second, online.First), new(target.Second, target.First)).item<double>(), 1e-12);
    }

    public static double[][] Rows(Tensor t) => [.. t.Values().Chunk((int)t.shape[1])];

    public static double Cos(double[] a, double[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
