using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Learning.Weights;
using DnC.Workflow.Stages.Plan;
using TorchSharp;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Phases;

public class ExpertPhaseTests
{
    [Fact]
    public void An_experts_weights_depend_on_its_members_and_not_on_its_number()
    {
        using var run = new PhaseRun("experts.epochs=1");
        ProvideMembers(run, [3, 5, 3]);
        foreach (var stage in new[] { "expert[0]", "expert[1]", "expert[2]" })
            run.Run(stage);

        Assert.Equal(run.Digest("expert[0]", StageFiles.Model), run.Digest("expert[2]", StageFiles.Model));
        Assert.NotEqual(run.Digest("expert[0]", StageFiles.Model), run.Digest("expert[1]", StageFiles.Model));
    }

    [Fact]
    public void An_experts_weights_do_not_depend_on_when_the_files_were_written()
    {
        using var folder = new TemporaryFolder();
        string[] digests =
        [
            .. new[] { 0, 9 }.Select(days =>
            {
                using var run = new PhaseRun(RenderedSet.CopyTo(folder.File($"{days}"), days), ["experts.epochs=1"]);
                ProvideMembers(run, [3, 4, 5]);
                run.Run("expert[0]");
                return run.Digest("expert[0]", StageFiles.Model);
            }),
        ];

        Assert.Equal(digests[0], digests[1]);
    }

    [Theory]
    [InlineData("base", true)]
    [InlineData("scratch", false)]
    public void Init_says_where_the_weights_start(string init, bool fromBase)
    {
        // A rate of nothing: what comes out is what it started from, but for BatchNorm's statistics.
        using var run = new PhaseRun($"experts.init={init}", "experts.epochs=0.5", "experts.learningRate=1e-12", "experts.optimizer=sgd");
        ProvideMembers(run, [3, 4, 5]);
        run.ProvideModel("base", seed: 77);
        run.Run("expert[0]");

        using var scope = NewDisposeScope();
        using var started = new Encoder(run.Spec.Model, seed: 77);
        var ended = SafetensorsFile.Read(run.Output("expert[0]", StageFiles.Model));
        foreach (var (name, parameter) in started.named_parameters().Where(p => p.name.Contains("conv", StringComparison.Ordinal) || p.name.Contains("linear", StringComparison.Ordinal)))
            Assert.True(fromBase == allclose(parameter, ended[name], rtol: 0, atol: 1e-6), name);
        Assert.Equal(fromBase, run.Graph["expert[0]"].Inputs.Any(i => i.Name == "base"));
    }

    [Fact]
    public void The_budget_is_shared_in_proportion_to_cluster_size()
    {
        const double Epochs = 3;
        using var run = new PhaseRun("experts.epochs=3", "experts.batch=16");
        int[] sizes = [150, 80, 10];
        ProvideMembers(run, image => image < 150 ? 0 : image < 230 ? 1 : 2);
        for (var k = 0; k < 3; k++)
        {
            run.Run($"expert[{k}]");
            var batch = Math.Min(16, sizes[k]);
            Assert.Equal(sizes[k], run.Metric($"expert[{k}]", "members"));
            Assert.Equal((long)Math.Round(Epochs * sizes[k] / batch), run.Metric($"expert[{k}]", "steps"));
            Assert.InRange(run.Metric($"expert[{k}]", "images"), (Epochs * sizes[k]) - (batch / 2.0), (Epochs * sizes[k]) + (batch / 2.0));
        }
    }

    [Theory]
    [InlineData("base", "base.images=480", 15)]
    [InlineData("base", "base.images=100", 3)]
    [InlineData("base", "base.images=1", 1)]
    [InlineData("base", "base.epochs=1.5", 11)]
    [InlineData("distill", "distill.images=480", 15)]
    public void A_budget_in_images_or_epochs_gives_steps(string stage, string setting, long steps)
    {
        using var run = setting.Contains("images", StringComparison.Ordinal)
            ? new PhaseRun($"{stage}.epochs=null", $"{stage}.warmupEpochs=0", setting)
            : new PhaseRun(setting);
        run.ProvideModel("base", seed: 1);
        for (var k = 0; k < 3; k++)
            run.ProvideModel($"expert[{k}]", seed: 1);
        using (var source = run.Train())
            run.Provide("cluster", 3, (StageFiles.Assignments, path => MemberList.Write(path, source, Enumerable.Range(0, source.Count).Select(i => (i, i % 3)))));
        run.Results.Remove(stage);
        run.Run(stage);

        Assert.Equal(steps, run.Metric(stage, "steps"));
        Assert.Equal(32 * steps, run.Metric(stage, "images"));
    }

    [Fact]
    public void A_cluster_of_one_image_is_a_clear_failure()
    {
        using var run = new PhaseRun();
        ProvideMembers(run, image => image == 0 ? 0 : 1);

        var failure = Assert.Throws<Stages.Execution.StageFailure>(() => run.Run("expert[0]"));

        Assert.False(failure.Retryable);
        Assert.Contains("1 images to train on", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>By cluster: every n-th image.</summary>
    private static void ProvideMembers(PhaseRun run, int[] every)
    {
        using var source = run.Train();
        run.Provide("cluster", every.Length, [.. every.Select((n, c) =>
            (StageFiles.Members(c), (Action<string>)(path => MemberList.Write(path, source, Enumerable.Range(0, source.Count / n).Select(i => i * n)))))]);
    }

    private static void ProvideMembers(PhaseRun run, Func<int, int> clusterOf)
    {
        using var source = run.Train();
        run.Provide("cluster", 3, [.. Enumerable.Range(0, 3).Select(c =>
            (StageFiles.Members(c), (Action<string>)(path => MemberList.Write(path, source, Enumerable.Range(0, source.Count).Where(i => clusterOf(i) == c)))))]);
    }
}
