using DnC.Workflow.Learning.Phases;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Learning.Tests.Phases;

public class RivalPhaseTests
{
    [Fact]
    public void A_random_partition_has_every_image_once_in_parts_as_large_as_the_clusters()
    {
        using var run = Prepared("evaluate.compare=random-partitions");
        using var source = run.Train();
        run.Run("partition@random");

        var (images, parts) = MemberList.Read(run.Output("partition@random", StageFiles.Assignments), source);
        Assert.Equal(Enumerable.Range(0, source.Count), images.Order());
        Assert.Equal([120, 72, 48], Enumerable.Range(0, 3).Select(p => parts.Count(c => c == p)));
        for (var part = 0; part < 3; part++)
            Assert.Equal(images.Where((_, i) => parts[i] == part), MemberList.Read(run.Output("partition@random", StageFiles.Members(part)), source).Images);
        Assert.Equal(3, run.Results["partition@random"].FanOut);

        // At random: of each cluster about its share in every part. Five standard deviations of the hypergeometric distribution.
        foreach (var (cluster, size) in new[] { (0, 120), (1, 72), (2, 48) })
        {
            for (var part = 0; part < 3; part++)
            {
                double n = source.Count, share = parts.Count(p => p == part) / n, mean = size * share;
                var deviation = Math.Sqrt(mean * (1 - share) * (n - size) / (n - 1));
                Assert.InRange(images.Where((image, i) => ClusterOf(image) == cluster && parts[i] == part).Count(), mean - (5 * deviation), mean + (5 * deviation));
            }
        }
    }

    [Fact]
    public void Another_seed_draws_another_partition_and_the_same_seed_the_same()
    {
        string[] digests =
        [
            .. new[] { 1, 1, 2 }.Select(seed =>
            {
                using var run = Prepared("evaluate.compare=random-partitions", $"seed={seed}");
                run.Run("partition@random");
                return run.Digest("partition@random", StageFiles.Assignments);
            }),
        ];

        Assert.Equal(digests[0], digests[1]);
        Assert.NotEqual(digests[0], digests[2]);
    }

    [Fact]
    public void An_expert_of_the_full_set_makes_as_many_steps_of_as_many_images_as_its_clusters_and_sees_them_all()
    {
        using var run = Prepared("evaluate.compare=full-set-experts", "experts.batch=64", "experts.epochs=3");
        foreach (var k in new[] { 0, 2 })
        {
            run.Run($"expert[{k}]");
            run.Run($"expert@full-set[{k}]");
            foreach (var name in new[] { "steps", "images", "flops" })
                Assert.Equal(run.Metric($"expert[{k}]", name), run.Metric($"expert@full-set[{k}]", name));
            Assert.Equal(RenderedSet.Images, run.Metric($"expert@full-set[{k}]", "members"));
        }

        // 48 images make a batch of 48, whatever the spec allows; the control takes the same.
        Assert.Equal(3 * 48, run.Metric("expert@full-set[2]", "images"));
        Assert.NotEqual(run.Digest("expert@full-set[0]", StageFiles.Model), run.Digest("expert@full-set[2]", StageFiles.Model));
    }

    [Fact]
    public void Experts_of_the_full_set_are_different_networks_even_where_their_clusters_are_equally_large()
    {
        using var run = new PhaseRun("evaluate.compare=full-set-experts", "experts.epochs=0.5");
        ProvideClusters(run, image => image % 3);
        foreach (var k in new[] { 0, 1 })
            run.Run($"expert@full-set[{k}]");

        Assert.NotEqual(run.Digest("expert@full-set[0]", StageFiles.Model), run.Digest("expert@full-set[1]", StageFiles.Model));
    }

    [Theory]
    [InlineData("random-partitions")]
    [InlineData("full-set-experts")]
    [InlineData("augmented-teachers")]
    [InlineData("cached-teachers")]
    public void A_rival_is_trained_and_measured(string rival)
    {
        using var run = Prepared($"evaluate.compare={rival}", "experts.epochs=0.5", "distill.epochs=0.5", "evaluate.linearEpochs=1");

        var row = run.Run($"evaluate[{rival}]").Metrics.GetProperty("rows")[0];

        Assert.Equal(rival, row.GetProperty("model").GetString());
        run.Run("distill");
        // The plan's teachers are 'augmented'.
        Assert.Equal(rival == "augmented-teachers", run.Digest("distill", StageFiles.Model) == run.Digest($"distill[{rival}]", StageFiles.Model));
    }

    private static int ClusterOf(int image) => image < 120 ? 0 : image < 192 ? 1 : 2;

    private static PhaseRun Prepared(params string[] overrides)
    {
        var run = new PhaseRun(overrides);
        run.ProvideModel("base", seed: 5);
        ProvideClusters(run, ClusterOf);
        return run;
    }

    private static void ProvideClusters(PhaseRun run, Func<int, int> clusterOf)
    {
        using var source = run.Train();
        int[] all = [.. Enumerable.Range(0, source.Count)];
        run.Provide(
            "cluster",
            3,
            [
                (StageFiles.Assignments, path => MemberList.Write(path, source, all.Select(i => (i, clusterOf(i))))),
                .. Enumerable.Range(0, 3).Select(c => (StageFiles.Members(c), (Action<string>)(path => MemberList.Write(path, source, all.Where(i => clusterOf(i) == c))))),
            ]);
    }
}
