using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Distillation;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Plan;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Phases;

public class DistillPhaseTests
{
    private static readonly int[] Batch = [200, 3, 64, 65, 66, 111, 239, 0];

    [Theory]
    [InlineData("cached")]
    [InlineData("augmented")]
    public void Targets_are_the_unit_projections_of_the_base_and_of_the_experts_of_the_images_clusters(string teachers)
    {
        using var run = Prepared($"distill.teachers={teachers}");
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var source = run.Train();
        var context = run.Context("distill");
        var settings = context.Read<DistillSettings>();
        var (members, clusters) = MemberList.Read(context.Input("assignments"), source);
        var set = StageImages.Training(source, members, context, settings.Model, settings.BadImageShare);
        using var opened = StageTeachers.Open(context, settings, StageDevice.Open(context.Options), set, clusters, steps: 0);
        var groups = ClusterGroups.Of([.. Batch.Select(i => clusters[i])]);
        // Cached targets are of un-augmented images, whatever the student's view is; the others are of that view.
        var plain = PlainImages.Of(run, source, [.. Batch.Select(i => members[i])]);
        var view = teachers == "cached" ? zeros_like(plain) : plain.flip(3);
        var seen = teachers == "cached" ? plain : view;

        var targets = opened.Source.Targets(view, Batch, groups);

        Assert.True(allclose(Unit(seed: 20, seen), targets.Base!, rtol: 0, atol: 1e-5));
        for (var place = 0; place < Batch.Length; place++)
        {
            var image = groups.Order[place];
            Assert.True(allclose(Unit(21 + (ulong)clusters[Batch[image]], seen[image].unsqueeze(0))[0], targets.Experts![place], rtol: 0, atol: 1e-5), $"place {place}");
        }

        Tensor Unit(ulong seed, Tensor images)
        {
            using var encoder = new Encoder(run.Spec.Model, seed);
            encoder.eval();
            return nn.functional.normalize(encoder.Embed(images).Projection, dim: 1);
        }
    }

    [Theory]
    [InlineData("base", "augmented", true, false)]
    [InlineData("experts", "augmented", false, true)]
    [InlineData("both", "augmented", true, true)]
    [InlineData("base", "cached", true, false)]
    [InlineData("experts", "cached", false, true)]
    public void The_student_depends_on_the_teachers_that_are_targets_and_on_no_others(string targets, string teachers, bool onBase, bool onExperts)
    {
        string Student(ulong ofBase, ulong ofExperts)
        {
            using var run = Prepared($"distill.targets={targets}", $"distill.teachers={teachers}", "distill.epochs=0.3");
            run.ProvideModel("base", ofBase);
            run.ProvideModel("expert[1]", ofExperts);
            run.Run("distill");
            Assert.Equal(onBase, run.Graph["distill"].Inputs.Any(i => i.Name == "base"));
            Assert.Equal(onExperts ? 3 : 0, run.Graph["distill"].Inputs.Count(i => i.Name.StartsWith("expert", StringComparison.Ordinal)));
            return run.Digest("distill", StageFiles.Model);
        }

        var student = Student(ofBase: 20, ofExperts: 22);
        Assert.Equal(onBase, student != Student(ofBase: 30, ofExperts: 22));
        Assert.Equal(onExperts, student != Student(ofBase: 20, ofExperts: 32));
    }

    [Fact]
    public void Init_base_starts_from_the_base_even_where_only_experts_are_targets()
    {
        string Student(ulong ofBase)
        {
            using var run = Prepared("distill.targets=experts", "distill.init=base", "distill.epochs=0.2");
            run.ProvideModel("base", ofBase);
            run.Run("distill");
            return run.Digest("distill", StageFiles.Model);
        }

        Assert.NotEqual(Student(ofBase: 20), Student(ofBase: 30));
    }

    [Fact]
    public void Two_rounds_run_through_and_the_second_starts_from_the_first_ones_student()
    {
        using var run = new PhaseRun("rounds=2", "base.epochs=1", "experts.epochs=0.5", "distill.epochs=1", "evaluate.linearEpochs=1", "evaluate.experts=false");

        var rows = run.Run("evaluate[dnc]").Metrics.GetProperty("rows");

        Assert.Equal("dnc", rows[0].GetProperty("model").GetString());
        Assert.Equal("distill", run.Graph["embed@2"].Inputs.Single(i => i.Name == "base").From);
        Assert.Equal("distill@2", run.Graph["evaluate[dnc]"].Inputs.Single().From);
        Assert.NotEqual(run.Digest("distill", StageFiles.Model), run.Digest("distill@2", StageFiles.Model));
        Assert.NotEqual(run.Digest("embed", StageFiles.Embedding), run.Digest("embed@2", StageFiles.Embedding));
    }

    /// <summary>The base is the network of seed 20, expert k that of seed 21 + k; image i is of cluster i mod 3.</summary>
    internal static PhaseRun Prepared(params string[] overrides) => Prepared(null, overrides);

    /// <summary>The same, with another number of images in a forward pass.</summary>
    internal static PhaseRun Prepared(int? forwardBatch, string[] overrides)
    {
        var run = new PhaseRun(overrides) { ForwardBatch = forwardBatch };
        using var source = run.Train();
        run.Provide("cluster", 3, (StageFiles.Assignments, path => MemberList.Write(path, source, Enumerable.Range(0, source.Count).Select(i => (i, i % 3)))));
        run.ProvideModel("base", 20);
        for (var k = 0; k < 3; k++)
            run.ProvideModel($"expert[{k}]", 21 + (ulong)k);
        return run;
    }
}
