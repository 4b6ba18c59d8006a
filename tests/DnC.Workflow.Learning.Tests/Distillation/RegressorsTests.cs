using DnC.Workflow.Learning.Distillation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Optimization;
using DnC.Workflow.Learning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Distillation;

public class RegressorsTests
{
    [Fact]
    public void ScalesTheLastLayersFirstValuesAndNothingElse()
    {
        using var plain = new Regressors(2, TargetChoice.Both, 8, 16, seed: 5);
        using var scaled = new Regressors(2, TargetChoice.Both, 8, 16, seed: 5, lastLayerScale: 0.25);
        var values = plain.state_dict().ToDictionary(s => s.Key, s => s.Value.Values());
        foreach (var (name, value) in scaled.state_dict())
        {
            var factor = name.Contains("linear2", StringComparison.Ordinal) ? 0.25 : 1;
            Assert.Equal(Array.ConvertAll(values[name], v => v * factor), value.Values());
        }
        Assert.NotEqual(values["expert0.linear1.weight"], values["expert1.linear1.weight"]);
    }

    [Fact]
    public void OnlyTheNeededHeadsAreMade()
    {
        using var ofBase = new Regressors(3, TargetChoice.Base, 8, 16, seed: 1);
        using var ofExperts = new Regressors(3, TargetChoice.Experts, 8, 16, seed: 1);
        Assert.All(ofBase.state_dict().Keys, n => Assert.StartsWith("base.", n, StringComparison.Ordinal));
        Assert.All(ofExperts.state_dict().Keys, n => Assert.StartsWith("expert", n, StringComparison.Ordinal));
        Assert.Equal((2 * 8 * 16, 2 * 8 * 16, 0, 3), ((int)ofBase.Macs, (int)ofExperts.Macs, ofBase.Experts, ofExperts.Experts));
        using var rows = zeros(2, 8);
        Assert.Throws<InvalidOperationException>(() => ofExperts.Base(rows));
    }

    [Fact]
    public void TheOptimiserSeesTheLastLayersAtTheirOwnRate()
    {
        using var regressors = new Regressors(2, TargetChoice.Both, 8, 16, seed: 1);
        var parameters = regressors.Optimized(1.0 / 8).ToDictionary(p => p.Name, p => p.RateScale);
        Assert.Equal(3 * 5, parameters.Count);
        Assert.Equal(1.0 / 8, parameters["regressors.base.linear2.weight"]);
        Assert.Equal(1.0 / 32, parameters["regressors.expert1.linear2.bias"]);
        Assert.Equal(1, parameters["regressors.expert1.linear1.weight"]);
        Assert.Equal(3 * 2, parameters.Values.Count(scale => scale < 1));
    }

    [Fact]
    public void AGroupOfOneImageLeavesTheStatisticsAndTheModeAsTheyAre()
    {
        using var scope = NewDisposeScope();
        using var regressors = new Regressors(1, TargetChoice.Both, 8, 16, seed: 1);
        var before = regressors.state_dict().ToDictionary(s => s.Key, s => s.Value.Values());
        var row = FormulaValues.Of("row", 1, 8).to(ScalarType.Float32).requires_grad_();
        (regressors.Expert(0, row).square().sum() + regressors.Base(row).sum()).backward();
        Assert.All(regressors.state_dict(), s => Assert.Equal(before[s.Key], s.Value.Values()));
        Assert.All(regressors.modules(), m => Assert.True(m.training));
        Assert.Contains(row.grad!.Values(), g => g != 0);
    }

    [Theory]
    [InlineData("sgd", 0.125, 0.2, 1.0 / 32)]
    [InlineData("sgd", 0.06, 0.2, 1.0 / 32)]
    [InlineData("lars", 0.3, 1, 1)]
    [InlineData("lars", 4.8, 1, 1)]
    public void TheFirst200StepsDescend(string optimizer, double rate, double lastLayerScale, double lastLayerRate)
    {
        var losses = Train(optimizer, rate, lastLayerScale, lastLayerRate, 200);
        Assert.All(losses, loss => Assert.True(double.IsFinite(loss) && loss < 1.2 * losses[0], $"{loss} after {losses[0]}"));
        Assert.True(losses[^20..].Average() < 0.9 * losses[..20].Average(), $"{losses[..20].Average()} → {losses[^20..].Average()}");
    }

    [Fact]
    public void WithoutTheScalesPlainSgdDiverges() =>
        Assert.Contains(Train("sgd", 0.125, 1, 1, 50), loss => !(loss < 1e3));

    [Fact]
    public void WithTheFullRateOnBiasesLarsDivergesAtThePapersRate() =>
        Assert.Contains(Train("lars", 4.8, 1, 1, 200, p => p with { RateScale = 1 }), loss => !(loss < 1e3));

    /// <summary>A small student on fixed images with fixed unit targets; 4 clusters, 64 images in a batch, 1024 hidden units; LARS warms up
    /// over 100 steps.</summary>
    private static double[] Train(
        string name, double rate, double lastLayerScale, double lastLayerRate, int steps, Func<OptimizedParameter, OptimizedParameter>? change = null)
    {
        const int batch = 64, inputs = 24, dimension = 32;
        using var outer = NewDisposeScope();
        using var student = Mlp.Projector(inputs, 64, dimension);
        Initialization.FromSeed(student, 3);
        using var regressors = new Regressors(4, TargetChoice.Both, dimension, 1024, seed: 4, lastLayerScale);
        var parameters = OptimizedParameter.Of(student, "student.").Concat(regressors.Optimized(lastLayerRate)).Select(change ?? (p => p));
        using IOptimizer optimizer = name == "lars" ? new Lars(parameters, 0.9, 1.5e-6) : new Sgd(parameters, 0.9, 0);
        var rows = FormulaValues.Of("rows", batch * 4, inputs).to(ScalarType.Float32);
        var targets = nn.functional.normalize(FormulaValues.Of("targets", batch * 4, dimension), dim: 1).to(ScalarType.Float32);
        var groups = ClusterGroups.Of([.. Enumerable.Range(0, batch).Select(i => i * i % 4 + i % 3 % 2)]);
        var losses = new double[steps];
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var start = step % 4 * batch;
            var ofBatch = targets.narrow(0, start, batch);
            var loss = DistillationLoss.Of(regressors, student.call(rows.narrow(0, start, batch)), groups, new TeacherTargets(ofBatch, groups.Sort(ofBatch)));
            optimizer.ZeroGradients();
            loss.backward();
            optimizer.Step(rate * (name == "lars" ? Math.Min(1, (step + 1) / 100.0) : 1));
            losses[step] = loss.item<float>();
        }
        return losses;
    }
}
