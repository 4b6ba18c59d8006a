using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Distillation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Distillation;

public sealed class TeachersTests : IDisposable
{
    private static readonly int[] Clusters = [1, 0, 1, 0, 0];
    private static readonly int[] Images = [40, 12, 3, 5, 8];
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Encoder _base = new(EncoderTests.Small, seed: 1);
    private readonly Encoder[] _experts = [new(EncoderTests.Small, seed: 2), new(EncoderTests.Small, seed: 3), new(EncoderTests.Small, seed: 4)];
    private readonly Tensor _view = FormulaValues.Of("view", 5, 3, 16, 16).to(ScalarType.Float32);

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void EachImageGetsTheUnitProjectionOfTheBaseAndOfItsOwnExpert()
    {
        var teachers = new AugmentedTeachers(TargetChoice.Both, _base, _experts);
        var groups = ClusterGroups.Of(Clusters);
        var targets = teachers.Targets(_view, Images, groups);
        for (var place = 0; place < Clusters.Length; place++)
        {
            Expect(_base, place, targets.Base!, place);
            Expect(_experts[Clusters[place]], place, targets.Experts!, Array.IndexOf(groups.Order, place));
        }
        Assert.False(targets.Base!.requires_grad || targets.Experts!.requires_grad);
    }

    [Fact]
    public void ChangeNothingInTheTeachers()
    {
        var before = _base.state_dict().ToDictionary(s => s.Key, s => s.Value.Values());
        var teachers = new AugmentedTeachers(TargetChoice.Both, _base, _experts);
        teachers.Targets(_view, Images, ClusterGroups.Of(Clusters));
        Assert.All(_base.state_dict(), s => Assert.Equal(before[s.Key], s.Value.Values()));
        Assert.All(_base.parameters().Concat(_experts.SelectMany(e => e.parameters())), p => Assert.False(p.requires_grad));
        Assert.All(_experts, e => Assert.False(e.training));
    }

    [Fact]
    public void OnlyExpertsOfTheBatchRun()
    {
        // An expert in train mode would throw: the third is, and the batch has none of its images.
        var teachers = new AugmentedTeachers(TargetChoice.Experts, null, _experts);
        _experts[2].train();
        Assert.Null(teachers.Targets(_view, Images, ClusterGroups.Of(Clusters)).Base);
        Assert.Throws<InvalidOperationException>(() => teachers.Targets(_view, Images, ClusterGroups.Of([0, 0, 2, 1, 1])));
        Assert.Throws<ArgumentOutOfRangeException>(() => teachers.Targets(_view, Images, ClusterGroups.Of([0, 0, 3, 1, 1])));
    }

    [Fact]
    public void StoredTargetsAreThoseOfTheSameViewByImage()
    {
        var augmented = new AugmentedTeachers(TargetChoice.Both, _base, _experts);
        var groups = ClusterGroups.Of(Clusters);
        var live = augmented.Targets(_view, Images, groups);
        using var ofBase = Store("base", _base, [0, 1, 2, 3, 4]);
        using var ofFirst = Store("expert0", _experts[0], [1, 3, 4]);
        using var ofSecond = Store("expert1", _experts[1], [0, 2]);
        // Stored by rising image index.
        var cached = new CachedTeachers(TargetChoice.Both, new CachedTargets(ofBase, [3, 5, 8, 12, 40]),
            [new CachedTargets(ofFirst, [5, 8, 12]), new CachedTargets(ofSecond, [3, 40])], CPU);
        var stored = cached.Targets(_view, Images, groups);
        FormulaValues.Near(live.Base!.Values(), stored.Base!.Values(), 1e-5);
        FormulaValues.Near(live.Experts!.Values(), stored.Experts!.Values(), 1e-5);

        var error = Assert.Throws<InvalidDataException>(() => cached.Targets(_view, [40, 12, 3, 5, 9], groups));
        Assert.Contains("image 9", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => new CachedTargets(ofSecond, [3]));
        Assert.Throws<InvalidDataException>(() => new CachedTargets(ofSecond, [40, 3]));
    }

    /// <summary>Writes a teacher's targets of these places of the batch, by rising image index.</summary>
    private FeatureMatrix Store(string name, Encoder teacher, int[] places)
    {
        var path = _folder.File(name);
        var order = places.OrderBy(p => Images[p]).ToArray();
        var targets = AugmentedTeachers.Target(teacher, _view.index_select(0, tensor(order, ScalarType.Int64)));
        FeatureMatrix.Write(path, (int)targets.shape[1], targets.data<float>().ToArray());
        return FeatureMatrix.Open(path);
    }

    private void Expect(Encoder teacher, int place, Tensor targets, int row)
    {
        var projection = teacher.Embed(_view.narrow(0, place, 1)).Projection.Values();
        var length = Math.Sqrt(projection.Sum(v => v * v));
        FormulaValues.Near(Array.ConvertAll(projection, v => v / length), targets[row].Values(), 1e-5);
    }
}
