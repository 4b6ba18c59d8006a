using System.Runtime.InteropServices;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public sealed class TransferProbeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly System.Text.Json.Nodes.JsonNode _data = FormulaValues.Fixture("evaluation", "evaluation.json")["logistic"]!;
    private readonly FeatureMatrix _probe;
    private readonly FeatureMatrix _test;
    private readonly int[] _labels;

    public TransferProbeTests() => (_probe, _test, _labels) = (Matrix("probe.f32"), Matrix("test.f32"), Whole("labels"));

    public void Dispose()
    {
        _probe.Dispose();
        _test.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_fit_is_the_minimum_that_PyTorch_finds(int index)
    {
        var expected = FormulaValues.Fixture("evaluation", "transfer.json")["fits"]![index]!;
        var strength = expected["strength"]!.GetValue<double>();
        using var fitted = LogisticRegression.Fit(_probe, _labels, [.. Enumerable.Range(0, _labels.Length)], strength, new Lbfgs { GradientTolerance = 1e-9, Iterations = 5000 }, CPU);

        var weight = expected["weight"]!.Numbers();
        FormulaValues.Near([expected["value"]!.GetValue<double>()], [Value(fitted.Point.Values(), strength)], 1e-8);
        FormulaValues.Near(weight, fitted.Point.Values()[..weight.Length], 1e-3);
    }

    [Fact]
    public void A_fit_from_another_strengths_is_the_same_minimum_and_found_sooner()
    {
        int[] rows = [.. Enumerable.Range(0, _labels.Length).Where(i => i % 3 > 0)];
        var search = new Lbfgs { GradientTolerance = 1e-8 };
        using var near = LogisticRegression.Fit(_probe, _labels, rows, 1.2, search, CPU);
        using var afresh = LogisticRegression.Fit(_probe, _labels, rows, 1, search, CPU);
        using var onwards = LogisticRegression.Fit(_probe, _labels, rows, 1, search, CPU, near);

        FormulaValues.Near(afresh.Point.Values(), onwards.Point.Values(), 2e-3);
        Assert.InRange(onwards.Iterations, 1, afresh.Iterations - 1);
    }

    [Fact]
    public void The_probe_chooses_a_strength_by_the_held_out_rows_and_reaches_scikit_learns_accuracy()
    {
        string[] ids = [.. Enumerable.Range(0, _labels.Length).Select(i => $"probe-000000.tar/{i:000000}.png")];
        var seen = new List<(int Done, int All)>();
        using var probe = TransferProbe.Fit(_probe, _labels, ids, 0.2, CPU, (done, all) => seen.Add((done, all)));

        Assert.Contains(probe.Strength, TransferProbe.Strengths);
        // 80 rows choose the strength: two of their standard errors.
        Assert.InRange(Accuracy.Of(probe.Fitted.Predict(_test), Whole("testLabels")).Share, _data["accuracy"]!.GetValue<double>() - 0.04, 1);
        Assert.Equal(Enumerable.Range(0, 46), seen.Select(s => s.Done).Distinct());
        Assert.All(seen, s => Assert.Equal(46, s.All));

        // By hand: each strength on the same split; the strongest of the best.
        var split = ValidationSplit.ByHash(ids, _labels, 0.2);
        double[] accuracies =
        [
            .. TransferProbe.Strengths.Select(strength =>
            {
                using var one = LogisticRegression.Fit(_probe, _labels, split.Fit, strength, new Lbfgs(), CPU);
                return Accuracy.Of(one.Predict(_probe, split.Validation), [.. split.Validation.Select(r => _labels[r])]).Share;
            }),
        ];
        Assert.InRange(accuracies[TransferProbe.Strengths.Index().Single(s => s.Item == probe.Strength).Index], accuracies.Max() - (1.5 / split.Validation.Length), 1);
        Assert.True(accuracies[0] < accuracies.Max());
    }

    [Fact]
    public void Strengths_are_the_papers()
    {
        Assert.Equal(45, TransferProbe.Strengths.Count);
        Assert.Equal((1e5, 1e-6), (Math.Round(TransferProbe.Strengths[0], 6), Math.Round(TransferProbe.Strengths[^1], 12)));
        Assert.All(TransferProbe.Strengths.Zip(TransferProbe.Strengths.Skip(1)), pair => Assert.Equal(11.0 / 44, Math.Log10(pair.First / pair.Second), 1e-9));
    }

    /// <summary>The objective by its formula, plain loops; the weights are of centred features.</summary>
    private double Value(double[] point, double strength)
    {
        var (columns, classes, rows) = (_probe.Columns, _labels.Max() + 1, _probe.Rows);
        var mean = new double[columns];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < columns; i++)
                mean[i] += _probe.Row(row)[i] / (double)rows;
        }

        var sum = strength / 2 * point.Take(classes * columns).Sum(w => w * w);
        for (var row = 0; row < rows; row++)
        {
            var features = _probe.Row(row).ToArray();
            double[] logits = [.. Enumerable.Range(0, classes).Select(c => point[(classes * columns) + c] + features.Select((x, i) => (x - mean[i]) * point[(c * columns) + i]).Sum())];
            sum += Math.Log(logits.Sum(l => Math.Exp(l - logits.Max()))) + logits.Max() - logits[_labels[row]];
        }

        return sum / rows;
    }

    private FeatureMatrix Matrix(string name)
    {
        var values = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "evaluation", name)));
        FeatureMatrix.Write(_folder.File(name), _data["columns"]!.GetValue<int>(), values);
        return FeatureMatrix.Open(_folder.File(name));
    }

    private int[] Whole(string name) => [.. _data[name]!.Numbers().Select(n => (int)n)];
}
