namespace DnC.Workflow.Cli.Tests.EndToEnd;

/// <summary>'rerun RUN STAGE' on a finished run.</summary>
public sealed class RerunTests(FinishedRun finished) : IDisposable
{
    private static readonly string[] Stale =
        ["cluster", "expert[0]", "expert[1]", "expert[2]", "distill", "evaluate[clusters]", "evaluate[dnc]"];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_dry_run_says_what_goes_stale_and_changes_nothing()
    {
        var root = finished.Copy(_folder);
        var before = root.Status().Report;
        var text = Rerun(root, before.Id, "cluster", "--dry-run").Expect(0).Out;
        Assert.StartsWith("Would run again: cluster", text, StringComparison.Ordinal);
        Assert.All(Stale.Skip(1), s => Assert.Contains(s, text, StringComparison.Ordinal));
        Assert.DoesNotContain("base", text, StringComparison.Ordinal);
        Assert.Equivalent(before.Stages.Select(s => (s.Name, s.State, s.Generation)), root.Status().Report.Stages.Select(s => (s.Name, s.State, s.Generation)));
    }

    [Fact]
    public void The_stage_runs_again_and_what_its_output_leaves_valid_is_reused()
    {
        var root = finished.Copy(_folder);
        var run = root.Status().Report.Id;
        Assert.StartsWith("Runs again: cluster", Rerun(root, run, "cluster").Expect(0).Out, StringComparison.Ordinal);

        // The same seed gives the same clusters: their members did not change, so nothing after them has to.
        var status = root.Status();
        Assert.Equal((run, "succeeded"), (status.Report.Id, status.Report.State));
        Assert.Equal(("succeeded", 2, 1), (status["cluster"].State, status["cluster"].Generation, status["cluster"].Attempts));
        Assert.Equal(Stale.Skip(1), status.In("reused"));
        Assert.All(Stale, s => Assert.Equal(2, status[s].Generation));
        Assert.All(status.Report.Stages.Where(s => !Stale.Contains(s.Name)), s => Assert.Equal(1, s.Generation));
    }

    [Fact]
    public void A_last_stage_runs_again_alone()
    {
        var root = finished.Copy(_folder);
        var before = root.Status();
        Rerun(root, before.Report.Id[..5], "evaluate[dnc]").Expect(0);
        var after = root.Status();
        Assert.Equal(2, after["evaluate[dnc]"].Generation);
        Assert.All(after.Report.Stages.SkipLast(1), s => Assert.Equal(1, s.Generation));
        Assert.Equal(before.Report.Evaluation, after.Report.Evaluation);
    }

    private static DncResult Rerun(RootCopy root, params string[] arguments) => DncProcess.Run(["rerun", .. arguments, "--root", root.Root]);
}
