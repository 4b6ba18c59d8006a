using System.Text.Json;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Spec;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Tests.Phases;

public class ClusterPhaseTests
{
    private static readonly string[] Files = [StageFiles.Centroids, StageFiles.ClusterMap, StageFiles.Assignments, StageFiles.Members(0), StageFiles.Members(1), StageFiles.Members(2)];

    private static readonly string[] MiniBatches = ["cluster.miniBatch=40", "cluster.iterations=6"];

    [Theory]
    [InlineData("embed.sample=90")]
    [InlineData("embed.sample=240")]
    public void Every_image_is_in_one_cluster_that_of_its_nearest_centroid(string sample)
    {
        using var run = Prepared(sample);
        run.Run("cluster");
        using var source = run.Train();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var encoder = new Encoder(run.Spec.Model, seed: 5);
        encoder.eval();

        var (images, clusters) = MemberList.Read(run.Output("cluster", StageFiles.Assignments), source);
        Assert.Equal(Enumerable.Range(0, RenderedSet.Images), images.Order());
        var map = Map(run);
        var centroids = Centroids.Read(run.Output("cluster", StageFiles.Centroids));
        var similarities = encoder.Embed(PlainImages.Of(run, source, images)).Hidden.mm(tensor(centroids.Values, centroids.Count, centroids.Dimension).t());
        Assert.Equal(map.Apply(similarities.argmax(1).data<long>().ToArray().Select(c => (int)c).ToArray()), clusters);
        for (var c = 0; c < map.Count; c++)
        {
            var members = MemberList.Read(run.Output("cluster", StageFiles.Members(c)), source).Images;
            Assert.Equal(images.Where((_, i) => clusters[i] == c), members);
            Assert.Equal(members.Length, run.Results["cluster"].Metrics.GetProperty("sizes")[c].GetInt32());
        }
    }

    [Theory]
    [InlineData("cluster.metric=euclidean")]
    [InlineData("cluster.maximumShare=1.5")]
    [InlineData("cluster.levels=[24,9]")]
    [InlineData("embed.precision=fp16")]
    public void Variants_cluster_every_image_and_resumed_anywhere_write_the_same_bytes(string variant)
    {
        using var run = Prepared("embed.sample=90", "embed.batch=32", "cluster.restarts=1", variant);
        run.Run("cluster");
        using var source = run.Train();
        Assert.Equal(Enumerable.Range(0, RenderedSet.Images), MemberList.Read(run.Output("cluster", StageFiles.Assignments), source).Images.Order());
        Assert.InRange(Map(run).Count, 1, 3);
        if (variant.Contains("maximum", StringComparison.Ordinal))
            Assert.All(Map(run).Sizes, size => Assert.InRange(size, 1, 45));
        string[] files = [.. Files.Where(f => File.Exists(run.Output("cluster", f)))];
        string[] undisturbed = [.. files.Select(f => run.Digest("cluster", f))];
        var asked = 0;
        run.Attempt("cluster", run.Checkpoints(), () => ++asked < 0, out _);
        var all = asked;
        for (var stopAt = 1; stopAt < all; stopAt += Math.Max(1, all / 8))
        {
            var checkpoints = run.Checkpoints();
            asked = 0;
            Assert.Throws<StageStopped>(() => run.Attempt("cluster", checkpoints, () => ++asked == stopAt, out _));
            run.Attempt("cluster", checkpoints, () => false, out _);
            Assert.Equal(undisturbed, files.Select(f => run.Digest("cluster", f)));
        }
    }

    [Fact]
    public void Small_clusters_are_merged_and_have_no_files_and_no_experts()
    {
        using var run = Prepared("cluster.k=8", "cluster.minimumShare=1", "experts.epochs=0.5", "distill.epochs=0.5");
        var clusters = run.Run("cluster").FanOut!.Value;

        Assert.InRange(clusters, 1, 7);
        Assert.Equal(clusters, Map(run).Count);
        Assert.All(Map(run).Sizes, size => Assert.True(size >= RenderedSet.Images / 8));
        Assert.Equal(
            Enumerable.Range(0, clusters).Select(StageFiles.Members),
            Directory.EnumerateFiles(Path.GetDirectoryName(run.Output("cluster", StageFiles.Assignments))!, "members-*").Select(Path.GetFileName).Order()!);
        for (var k = 0; k < clusters; k++)
            run.Run($"expert[{k}]");
        // The experts that are not there are missing among its inputs, and it does without.
        Assert.True(run.Run("distill").Metrics.GetProperty("loss").GetDouble() > 0);
    }

    [Theory]
    [InlineData("assigning", 1)]
    [InlineData("assigning", 3)]
    [InlineData("k-means", 2)]
    [InlineData("mini-batches", 1)]
    [InlineData("mini-batches", 5)]
    [InlineData("mini-batches", 7)]
    [InlineData("mini-batches", 9)]
    public void Stopped_anywhere_and_resumed_it_writes_the_same_bytes(string pass, int times)
    {
        // Of a run: 6 mini-batches, one update over all rows, and its end.
        using var run = Prepared(["embed.sample=90", "embed.batch=32", .. pass == "mini-batches" ? MiniBatches : []]);
        run.Run("cluster");
        string[] undisturbed = [.. Files.Select(f => run.Digest("cluster", f))];
        var asked = 0;
        run.Attempt("cluster", run.Checkpoints(), () => ++asked < 0, out _);
        const int Assigning = 5;
        var stopAt = pass == "assigning" ? asked - Assigning + times : times;

        var (checkpoints, before) = (run.Checkpoints(), asked);
        asked = 0;
        Assert.Throws<StageStopped>(() => run.Attempt("cluster", checkpoints, () => ++asked == stopAt, out _));
        Assert.Equal(pass == "assigning", Directory.Exists(Path.Combine(checkpoints.ResumeFolder!, "pass-0000")));
        asked = 0;
        run.Attempt("cluster", checkpoints, () => ++asked < 0, out _);

        Assert.Equal(before - stopAt, asked);
        Assert.Equal(undisturbed, Files.Select(f => run.Digest("cluster", f)));
        Assert.True(checkpoints.Committed.SequenceEqual(checkpoints.Committed.Order()));
    }

    [Fact]
    public void Damaged_assignments_are_made_again()
    {
        using var run = Prepared("embed.sample=90", "embed.batch=32");
        run.Run("cluster");
        string[] undisturbed = [.. Files.Select(f => run.Digest("cluster", f))];
        var (checkpoints, stop) = (run.Checkpoints(), false);
        checkpoints.Committing = folder => stop = Directory.Exists(Path.Combine(folder, "pass-0000"));
        Assert.Throws<StageStopped>(() => run.Attempt("cluster", checkpoints, () => stop, out _, checkpointSeconds: 0));
        File.AppendAllText(Path.Combine(checkpoints.ResumeFolder!, "pass-0000", "segment-000000.bin"), "more");

        run.Attempt("cluster", checkpoints, () => false, out _);

        Assert.Contains(run.Log, l => l.Contains("starting from the beginning (assigning)", StringComparison.Ordinal));
        Assert.Equal(undisturbed, Files.Select(f => run.Digest("cluster", f)));
    }

    private static ClusterMap Map(PhaseRun run) =>
        JsonSerializer.Deserialize<ClusterMap>(File.ReadAllText(run.Output("cluster", StageFiles.ClusterMap)), SpecJson.Options)!;

    private static PhaseRun Prepared(params string[] overrides)
    {
        var run = new PhaseRun(overrides);
        run.ProvideModel("base", seed: 5);
        return run;
    }
}
