using DnC.Workflow.Stages.Plan;
using Microsoft.Data.Sqlite;

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
        var again = Rerun(root, run, "cluster").Expect(0).Out;
        Assert.StartsWith("Runs again: cluster", again, StringComparison.Ordinal);
        Assert.Matches($"Run {run} succeeded in .+ since it last went on\\.", again);
        Assert.Matches(@"Z  run  Rerun  cluster  by .+@.+\n.*Z  cluster 2-0  succeeded → ready  Rerun", DncProcess.Run("events", run, "--root", root.Root).Expect(0).Out);

        // The same seed gives the same clusters: their members did not change, so nothing after them has to.
        var status = root.Status();
        Assert.Equal((run, "succeeded"), (status.Report.Id, status.Report.State));
        Assert.Equal(("succeeded", 2, 1), (status["cluster"].State, status["cluster"].Generation, status["cluster"].Attempts));
        Assert.Equal(Stale.Skip(1), status.In("reused"));
        Assert.All(Stale, s => Assert.Equal(2, status[s].Generation));
        Assert.All(status.Report.Stages.Where(s => !Stale.Contains(s.Name)), s => Assert.Equal(1, s.Generation));

        // What it took from itself is in the log of the attempt that made it.
        Assert.Equal($"{run}/expert[0]", status["expert[0]"].ReusedFrom);
        Assert.Contains("runs 'expert[0]'", DncProcess.Run("log", run, "expert[0]", "--root", root.Root).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Clusters_that_come_out_otherwise_take_along_exactly_what_reads_them()
    {
        var root = finished.Copy(_folder);
        var before = root.Status();
        var members = Enumerable.Range(0, SmallSpec.Clusters).Select(i => Members(before, i)).ToArray();

        // The same stage on the same input gives the same clusters. Another seed in the ledger stands for what may differ all the same:
        // another machine's arithmetic, or code that changed without a new version.
        using (var ledger = new SqliteConnection($"Data Source={Path.Combine(root.Root, "ledger.db")};Pooling=False"))
        {
            ledger.Open();
            using var other = ledger.CreateCommand();
            other.CommandText = "UPDATE stage SET node = json_set(node, '$.settings.seed', 7, '$.settings.cluster.iterations', 1, '$.settings.cluster.restarts', 1) WHERE name = 'cluster'";
            Assert.Equal(1, other.ExecuteNonQuery());
        }

        Rerun(root, before.Report.Id, "cluster").Expect(0);

        var status = root.Status();
        Assert.Equal("succeeded", status.Report.State);
        var changed = Enumerable.Range(0, SmallSpec.Clusters).Where(i => !members.Contains(Members(status, i))).ToArray();
        Assert.NotEmpty(changed);
        Assert.All(Enumerable.Range(0, SmallSpec.Clusters), i => Assert.Equal(changed.Contains(i) ? "succeeded" : "reused", status[$"expert[{i}]"].State));
        Assert.All(new[] { "distill", "evaluate[clusters]", "evaluate[dnc]" }, s => Assert.Equal(("succeeded", 2), (status[s].State, status[s].Generation)));
        Assert.All(status.Report.Stages.Where(s => !Stale.Contains(s.Name)), s => Assert.Equal(1, s.Generation));

        static string Members(RunStatus status, int cluster) => File.ReadAllText(status.Output("cluster", StageFiles.Members(cluster)));
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
