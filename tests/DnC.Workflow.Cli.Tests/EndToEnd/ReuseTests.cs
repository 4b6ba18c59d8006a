namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>What a second run takes over from the first, and that 'plan' says so before.</summary>
public sealed class ReuseTests(FinishedRun finished) : IDisposable
{
    private const string OtherRate = "distill.learningRate=0.05";
    private static readonly string[] Trained = ["base", "embed", "cluster", "expert[0]", "expert[1]", "expert[2]"];
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_again_reuses_every_stage()
    {
        var root = finished.Copy(_folder);
        var first = root.Status().Report;
        Assert.All(Outlook(root.Plan().Expect(0)), s => Assert.Equal("reused", s.Value));

        root.Run().Expect(0);

        var second = root.Status();
        Assert.NotEqual(first.Id, second.Report.Id);
        Assert.Equal(first.Stages.Select(s => s.Name), second.In("reused"));
        Assert.All(second.Report.Stages, s => Assert.Equal($"{first.Id}/{s.Name}", s.ReusedFrom));
        Assert.Equal(first.Evaluation, second.Report.Evaluation);
        Assert.Equal((first.Model, true), (second.Report.Model, File.Exists(first.Model)));
    }

    [Fact]
    public void A_changed_distillation_setting_runs_distillation_and_its_evaluation_alone()
    {
        var root = finished.Copy(_folder);
        var outlook = Outlook(root.Plan("--set", OtherRate).Expect(0));
        Assert.All(Trained, s => Assert.Equal("reused", outlook[s]));
        Assert.Equal(("runs", "depends on distill"), (outlook["distill"], outlook["evaluate[dnc]"]));

        root.Run("--set", OtherRate).Expect(0);

        var status = root.Status();
        Assert.Equal(["distill", "evaluate[dnc]"], status.In("succeeded"));
        var first = status["base"].ReusedFrom!.Split('/')[0];
        Assert.Contains($"reused from run {first}: dnc log {first} base", DncProcess.Run("log", status.Report.Id, "base", "--root", root.Root).Expect(2).Error, StringComparison.Ordinal);
        var runs = DncProcess.Run("runs", "--root", root.Root).Expect(0).Out;
        Assert.Matches($"{status.Report.Id} .*distill.learningRate=0.05", runs);
        Assert.Matches($"{first} .*distill.learningRate=0.1", runs);
        Assert.Equal(outlook.Where(o => o.Value == "reused").Select(o => o.Key), status.In("reused"));
    }

    [Fact]
    public void Without_cache_every_stage_runs_and_gives_the_same_bytes()
    {
        var root = finished.Copy(_folder);
        var first = root.Status();
        var weights = File.ReadAllBytes(first.Output("distill", "model.safetensors"));
        Assert.DoesNotContain("reused", Outlook(root.Plan("--no-cache").Expect(0)).Values);

        root.Run("--no-cache").Expect(0);

        var second = root.Status();
        Assert.Equal(first.Report.Stages.Select(s => s.Name), second.In("succeeded"));
        Assert.NotEqual(first.Report.Id, second.Report.Id);
        Assert.Equal(weights, File.ReadAllBytes(second.Output("distill", "model.safetensors")));
    }

    [Fact]
    public void A_root_without_runs_is_planned_as_all_to_do()
    {
        var outlook = Outlook(DncProcess.Run("plan", finished.Spec, "--data", finished.Data.Shards, "--root", _folder.At("none")).Expect(0));
        Assert.Equal(["base", "evaluate[pixels]"], outlook.Where(o => o.Value == "runs").Select(o => o.Key));
        Assert.Equal(
            ("depends on base", "depends on embed", "depends on cluster", "depends on base"),
            (outlook["embed"], outlook["cluster"], outlook["expert[1]"], outlook["distill"]));
        Assert.False(Directory.Exists(_folder.At("none")));
    }

    [Fact]
    public void Experts_of_clusters_that_are_too_small_are_skipped_and_planned_so()
    {
        // 300 images in 3 clusters of at least an even share each can only be 3 of 100, or fewer clusters.
        var root = finished.Copy(_folder);
        string[] merging = ["--set", "cluster.minimumShare=1"];
        root.Run(merging).Expect(0);
        var status = root.Status();
        Assert.Contains("expert[2]", status.In("skipped"));
        Assert.Equal("succeeded", status.Report.State);

        var outlook = Outlook(root.Plan(merging).Expect(0));
        Assert.Equal(status.In("skipped"), outlook.Where(o => o.Value == "skipped").Select(o => o.Key));
        Assert.All(outlook.Values, would => Assert.True(would is "reused" or "skipped"));
    }

    /// <summary>The two first columns of plan's table.</summary>
    public static Dictionary<string, string> Outlook(DncResult plan) => plan.Out.Split('\n')
        .Select(l => l.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        .Where(c => c.Length >= 2 && c[0] != "stage")
        .ToDictionary(c => c[0], c => c[1], StringComparer.Ordinal);
}
