using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public class SoftmaxRegressionTests
{
    [Fact]
    public void GoesTheSameStepsAsPyTorchAtEveryRate()
    {
        using var scope = NewDisposeScope();
        var fixture = FormulaValues.Fixture("evaluation", "evaluation.json")["sgd"]!;
        var runs = fixture["runs"]!.AsArray();
        var columns = fixture["columns"]!.GetValue<int>();
        var rows = tensor(fixture["rows"]!.Numbers()).to(ScalarType.Float32).reshape(-1, columns);
        var labels = tensor(fixture["labels"]!.Numbers()).to(ScalarType.Int64);
        var batches = fixture["batches"]!.AsArray();
        using var regression = new SoftmaxRegression(columns, fixture["classes"]!.GetValue<int>(), [.. runs.Select(r => r!["rate"]!.GetValue<double>())],
            0.9, fixture["decay"]!.GetValue<double>(), CPU);
        for (var step = 0; step < batches.Count; step++)
        {
            var batch = tensor(batches[step]!.Numbers()).to(ScalarType.Int64);
            regression.Step(rows.index_select(0, batch), labels.index_select(0, batch), 0.5 * (1 + Math.Cos(Math.PI * step / batches.Count)));
        }
        for (var i = 0; i < runs.Count; i++)
        {
            FormulaValues.Near(runs[i]!["weight"]!.Numbers(), regression.Weight(i).Values(), 1e-5);
            FormulaValues.Near(runs[i]!["bias"]!.Numbers(), regression.Bias(i).Values(), 1e-5);
        }
    }
}
