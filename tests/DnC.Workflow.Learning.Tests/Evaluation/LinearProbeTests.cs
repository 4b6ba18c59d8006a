using System.Runtime.InteropServices;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Evaluation;
using DnC.Workflow.Learning.Tests.Models;
using DnC.Workflow.Stages.Execution;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Evaluation;

public sealed class LinearProbeTests : IDisposable
{
    private static readonly LinearProbeSettings Settings = new() { Epochs = 60, Batch = 100, Rates = [0.01, 0.3, 1.0] };
    private readonly TemporaryFolder _folder = new();
    private readonly System.Text.Json.Nodes.JsonNode _expected = FormulaValues.Fixture("evaluation", "evaluation.json")["logistic"]!;
    private readonly FeatureMatrix _probe;
    private readonly FeatureMatrix _test;
    private readonly int[] _labels;
    private readonly string[] _ids;

    public LinearProbeTests()
    {
        _probe = Matrix("probe.f32");
        _test = Matrix("test.f32");
        _labels = Whole("labels");
        _ids = [.. Enumerable.Range(0, _labels.Length).Select(i => $"probe-000000.tar/{i:000000}.png")];
    }

    public void Dispose()
    {
        _probe.Dispose();
        _test.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void ReachesTheAccuracyOfScikitLearnsLogisticRegression()
    {
        using var probe = LinearProbe.Fit(_probe, _labels, _ids, Settings, 1, CPU);
        var accuracy = Accuracy.Of(probe.Predict(_test), Whole("testLabels"));
        Assert.InRange(accuracy.Share, _expected["accuracy"]!.GetValue<double>() - 0.01, 1);
    }

    [Fact]
    public void TakesTheRateThatIsBestOnTheHeldOutRows()
    {
        using var probe = LinearProbe.Fit(_probe, _labels, _ids, Settings with { Rates = [1e-7, 0.3, 1e25] }, 1, CPU);
        Assert.Equal(0.3, probe.Rate);
        Assert.Equal(3, probe.Validation.Count);
        Assert.True(probe.Validation[1] > probe.Validation[0]);
    }

    [Fact]
    public void OneRateOrNoHeldOutRowsIsNoChoice()
    {
        using var one = LinearProbe.Fit(_probe, _labels, _ids, Settings with { Epochs = 2, Rates = [0.3] }, 1, CPU);
        using var first = LinearProbe.Fit(_probe, _labels, _ids, Settings with { Epochs = 2, Rates = [0.3, 0.1], ValidationShare = 0 }, 1, CPU);
        Assert.Equal((0.3, 0.3), (one.Rate, first.Rate));
        Assert.Empty(one.Validation);
        Assert.Equal(one.Predict(_test), first.Predict(_test));
    }

    [Fact]
    public void TheSameSeedGivesTheSamePredictionsAndStepsAreCounted()
    {
        var steps = new List<(long, long)>();
        using var first = LinearProbe.Fit(_probe, _labels, _ids, Settings with { Epochs = 3 }, 1, CPU, (done, total) => steps.Add((done, total)));
        using var second = LinearProbe.Fit(_probe, _labels, _ids, Settings with { Epochs = 3 }, 1, CPU);
        Assert.Equal(first.Predict(_test), second.Predict(_test));
        Assert.Equal(first.Validation, second.Validation);
        // 400 rows less 20 % of each class: 4 batches an epoch, and 4 again for all 400.
        Assert.Equal(Enumerable.Range(1, 24).Select(i => ((long)i, 24L)), steps);
    }

    [Fact]
    public void TheScaleOfAFeatureDoesNotMatter()
    {
        // Powers of two keep every rounding the same.
        var scaled = new float[_probe.Rows * _probe.Columns];
        for (var i = 0; i < scaled.Length; i++)
            scaled[i] = _probe.Row(i / _probe.Columns)[i % _probe.Columns] * (i % 2 == 0 ? 1024 : 1f / 1024);
        FeatureMatrix.Write(_folder.File("scaled.f32"), _probe.Columns, scaled);
        using var other = FeatureMatrix.Open(_folder.File("scaled.f32"));
        using var plain = LinearProbe.Fit(_probe, _labels, _ids, Settings, 1, CPU);
        using var ofScaled = LinearProbe.Fit(other, _labels, _ids, Settings, 1, CPU);
        Assert.Equal(plain.Predict(_probe), ofScaled.Predict(other));
    }

    [Fact]
    public void NoTensorStaysBehind()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var probe = LinearProbe.Fit(_probe, _labels, _ids, Settings with { Epochs = 2 }, 1, CPU))
            probe.Predict(_test);
        WeightedKnn.Predict(_probe, _labels, _test, 10, 0.07, CPU);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void WhereEveryRateDivergesItSaysSo()
    {
        var error = Assert.Throws<StageFailure>(() => LinearProbe.Fit(_probe, _labels, _ids, Settings with { Rates = [1e38], WeightDecay = 1 }, 1, CPU));
        Assert.Contains("evaluate.linearRates", error.Message, StringComparison.Ordinal);
        Assert.False(error.Retryable);
    }

    private int[] Whole(string name) => [.. _expected[name]!.AsArray().Select(n => n!.GetValue<int>())];

    private FeatureMatrix Matrix(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", "evaluation", name));
        FeatureMatrix.Write(_folder.File(name), _expected["columns"]!.GetValue<int>(), MemoryMarshal.Cast<byte, float>(bytes));
        return FeatureMatrix.Open(_folder.File(name));
    }
}
