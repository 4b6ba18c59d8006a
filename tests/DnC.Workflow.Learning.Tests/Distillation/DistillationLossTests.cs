using DnC.Workflow.Learning.Distillation;
using DnC.Workflow.Learning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Distillation;

public class DistillationLossTests
{
    private const int Dimension = 5;
    private const int Hidden = 9;
    private static readonly int[] Clusters = [2, 0, 0, 2, 1, 2, 0];

    [Theory]
    [InlineData("both")]
    [InlineData("base")]
    [InlineData("experts")]
    public void LossGradientsAndStatisticsArePyTorchs(string choice)
    {
        using var scope = NewDisposeScope();
        var expected = FormulaValues.Fixture("distillation", "distillation.json")[choice]!.AsObject();
        using var regressors = Filled(TargetChoices.Parse(choice));
        var z = Projections().requires_grad_();
        var groups = ClusterGroups.Of(Clusters);
        var loss = DistillationLoss.Of(regressors, z, groups, Targets(groups));
        loss.backward();

        Assert.Equal(expected["loss"]!.GetValue<double>(), loss.item<float>(), 1e-5);
        FormulaValues.Near(expected["gradient"]!.Numbers(), z.grad!.Values(), 1e-5);
        var gradients = regressors.named_parameters().Where(p => p.parameter.grad is not null).ToDictionary(p => p.name, p => p.parameter.grad!.Values());
        Assert.Equal(expected["parameters"]!.AsObject().Select(p => p.Key).Order(), gradients.Keys.Order());
        foreach (var (name, value) in gradients)
            FormulaValues.Near(expected["parameters"]![name]!.Numbers(), value, 1e-5);
        foreach (var (name, value) in regressors.state_dict().Where(s => s.Key.Contains("running", StringComparison.Ordinal)))
            FormulaValues.Near(expected["statistics"]![name]!.Numbers(), value.Values(), 1e-5);
    }

    [Fact]
    public void GroupedIsWhatEveryRegressorOnEveryImageWouldGive()
    {
        using var scope = NewDisposeScope();
        using var regressors = Filled(TargetChoice.Both);
        regressors.eval();
        var (z, groups) = (Projections(), ClusterGroups.Of(Clusters));
        var targets = Targets(groups);
        var ofBase = regressors.Base(z).Values();
        var all = Enumerable.Range(0, 3).Select(k => regressors.Expert(k, z).Values()).ToArray();
        var (baseTargets, expertTargets) = (targets.Base!.Values(), Unit("expert targets").Values());
        var expected = 0.0;
        for (var i = 0; i < Clusters.Length * Dimension; i++)
        {
            var ofExpert = all[Clusters[i / Dimension]][i];
            expected += 0.5 * (Math.Pow(ofBase[i] - baseTargets[i], 2) + Math.Pow(ofExpert - expertTargets[i], 2));
        }
        Assert.Equal(expected / Clusters.Length, DistillationLoss.Of(regressors, z, groups, targets).item<float>(), 1e-5);
    }

    [Fact]
    public void TheOrderOfABatchDoesNotMatter()
    {
        using var scope = NewDisposeScope();
        using var regressors = Filled(TargetChoice.Both);
        int[] shuffle = [6, 2, 4, 0, 3, 1, 5];
        var index = tensor(shuffle, ScalarType.Int64);
        var groups = ClusterGroups.Of(Clusters);
        var shuffled = ClusterGroups.Of([.. shuffle.Select(i => Clusters[i])]);
        var straight = DistillationLoss.Of(regressors, Projections(), groups, Targets(groups)).item<float>();
        var ofShuffled = new TeacherTargets(Unit("base targets").index_select(0, index), shuffled.Sort(Unit("expert targets").index_select(0, index)));
        Assert.Equal(straight, DistillationLoss.Of(regressors, Projections().index_select(0, index), shuffled, ofShuffled).item<float>(), 1e-5);
    }

    [Fact]
    public void OutputsAreNotNormalised()
    {
        using var scope = NewDisposeScope();
        using var regressors = Filled(TargetChoice.Base);
        var lengths = linalg.vector_norm(regressors.Base(Projections()), 2, [1]).Values();
        Assert.Contains(lengths, length => Math.Abs(length - 1) > 0.2);
    }

    [Fact]
    public void MissingTargetsAndOtherBatchesAreRefused()
    {
        using var scope = NewDisposeScope();
        using var regressors = Filled(TargetChoice.Both);
        var groups = ClusterGroups.Of(Clusters);
        var targets = Targets(groups);
        Assert.Throws<InvalidOperationException>(() => DistillationLoss.Of(regressors, Projections(), groups, targets with { Base = null }));
        Assert.Throws<InvalidOperationException>(() => DistillationLoss.Of(regressors, Projections(), groups, targets with { Experts = null }));
        Assert.Throws<ArgumentException>(() => DistillationLoss.Of(regressors, Projections(), ClusterGroups.Of([0, 1]), targets));
        Assert.Throws<ArgumentOutOfRangeException>(() => regressors.Expert(3, Projections()));
    }

    private static Tensor Projections() => (2 * FormulaValues.Of("z", Clusters.Length, Dimension)).to(ScalarType.Float32);

    private static Tensor Unit(string name) =>
        nn.functional.normalize(FormulaValues.Of(name, Clusters.Length, Dimension), dim: 1).to(ScalarType.Float32);

    private static TeacherTargets Targets(ClusterGroups groups) => new(Unit("base targets"), groups.Sort(Unit("expert targets")));

    private static Regressors Filled(TargetChoice choice)
    {
        var regressors = new Regressors(clusters: 3, choice, Dimension, Hidden, seed: 1);
        using var noGrad = no_grad();
        foreach (var (name, value) in regressors.state_dict())
        {
            if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
                continue;
            var v = FormulaValues.Of(name, value.shape);
            var aroundOne = name.EndsWith("bn1.weight", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal);
            value.copy_(aroundOne ? 1 + 0.4 * v : v);
        }
        return regressors;
    }
}
