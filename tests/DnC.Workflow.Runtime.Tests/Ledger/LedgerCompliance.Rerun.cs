using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class LedgerCompliance
{
    [Fact]
    public void ADryRunSaysWhatARerunDoes()
    {
        var run = Clustered();
        var before = Ledger.Events(run).Count;
        var planned = Ledger.Rerun(run, "cluster", dryRun: true);
        Assert.Equal(["cluster", "expert[0]", "expert[1]", "expert[2]", "distill"], planned);
        Assert.Equal(before, Ledger.Events(run).Count);
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));

        Assert.Equal(planned, Ledger.Rerun(run, "cluster", dryRun: false));
        var view = Bench.View(run);
        Assert.Equal(RunState.Running, view.Summary.State);
        Assert.Null(view.Summary.Ended);
        Assert.Equal(
            [StageState.Succeeded, StageState.Ready, StageState.Waiting, StageState.Waiting, StageState.Waiting, StageState.Waiting],
            view.Stages.Select(s => s.State));
        Assert.Equal([1, 2, 2, 2, 2, 2], view.Stages.Select(s => s.Generation));
        Assert.All(view.Stages.Skip(1), s => Assert.Equal((null, null, 0), (s.Output, s.Key, s.Attempts)));
    }

    [Fact]
    public void ARerunRedoesExactlyWhatItsNewOutputMakesStale()
    {
        var run = Clustered();
        Ledger.Rerun(run, "cluster", dryRun: false);
        var cluster = Bench.Claim("cluster");
        Assert.Equal(2, cluster.Generation);

        // Expert 1 gets other members; expert 0 those it had; cluster 2 exists now.
        var output = LedgerBench.OutputOf(cluster, "same");
        output = output with { Files = [.. output.Files.Select(f => f.Name == "members-1" ? f with { Digest = "moved" } : f)] };
        Assert.True(Ledger.Complete(cluster.Ticket, output, Plans.Result(3)));
        Bench.Do("expert[1]", "new");
        Bench.Do("expert[2]");
        Bench.Do("distill");
        Assert.Equal(
            [StageState.Succeeded, StageState.Succeeded, StageState.Reused, StageState.Succeeded, StageState.Succeeded, StageState.Succeeded],
            Bench.View(run).Stages.Select(s => s.State));
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void ARerunNeverResumesAnEarlierGeneration()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var claim = Bench.Claim();
        Ledger.Checkpoint(claim.Ticket, new CheckpointRef("c/5", 5));
        Bench.Complete(claim);
        Ledger.Rerun(run, "a", dryRun: false);
        var again = Bench.Claim();
        Assert.Equal((2, 1), (again.Generation, again.Attempt));
        Assert.Null(again.Resume);
        Assert.Null(Bench.Stage(run, "a").ResumedAtStep);
    }

    [Fact]
    public void ARerunOfAFailedStageStartsFresh()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")), retry: new RetryPolicy { MaxFailures = 1 });
        Ledger.Fail(Bench.Claim().Ticket, Mishap);
        Assert.Equal(["a"], Ledger.Rerun(run, "a", dryRun: false));
        Assert.Null(Bench.Stage(run, "a").Error);
        Assert.Equal(1, Bench.Stage(run, "b").Generation);
        Bench.Do("a");
        Bench.Do("b");
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
    }

    [Fact]
    public void ARerunBehindSomethingUnfinishedWaitsForIt()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        Ledger.Cancel(run);
        Ledger.Rerun(run, "b", dryRun: false);
        Assert.Equal(StageState.Waiting, Bench.State(run, "b"));
        Assert.Equal(RunState.Cancelled, Bench.RunState(run)); // nothing of it can go on
        Ledger.Rerun(run, "a", dryRun: false);
        Assert.Equal(RunState.Running, Bench.RunState(run));
        Bench.Do("a");
        Bench.Do("b");
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void ARerunUnderARunningStageIsRefused()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a"), Plans.Node("c", "b")));
        Bench.Do("a");
        Bench.Do("b");
        Bench.Claim("c");
        var error = Assert.Throws<UserInputException>(() => Ledger.Rerun(run, "a", dryRun: false));
        Assert.Contains("'c'", error.Message, StringComparison.Ordinal);
        Assert.Throws<UserInputException>(() => Ledger.Rerun(run, "a", dryRun: true));
        Assert.Equal(StageState.Succeeded, Bench.State(run, "a"));
    }

    [Fact]
    public void ARerunOfWhatHasNoResultIsRefused()
    {
        var run = Bench.Submit(Plans.Clustered(2));
        Assert.Contains("waiting", Refused("distill"), StringComparison.Ordinal);
        Assert.Contains("ready", Refused("base"), StringComparison.Ordinal);
        Assert.Contains("no stage 'teach'", Refused("teach"), StringComparison.Ordinal);
        Bench.Do("base");
        Bench.Do("cluster", fanOut: 1);
        Assert.Contains("cluster does not exist", Refused("expert[1]"), StringComparison.Ordinal);

        string Refused(string stage) => Assert.Throws<UserInputException>(() => Ledger.Rerun(run, stage, dryRun: false)).Message;
    }

    [Fact]
    public void WhatWasSkippedStaysSoWhenTheStageThatDecidesIsNotRedone()
    {
        var run = Bench.Submit(Plans.Graph(
            Plans.Node("base"), Plans.Node("cluster"),
            Plans.Node("expert[0]", "base", "cluster") with { FanOutOf = "cluster", Index = 0 },
            Plans.Node("expert[1]", "base", "cluster") with { FanOutOf = "cluster", Index = 1 },
            Plans.Node("distill", "expert[0]", "expert[1]")));
        Bench.Do("base");
        Bench.Do("cluster", fanOut: 1);
        Bench.Do("expert[0]");
        Bench.Do("distill");
        Assert.Equal(["base", "expert[0]", "distill"], Ledger.Rerun(run, "base", dryRun: false));
        Assert.Equal((StageState.Skipped, 1), (Bench.State(run, "expert[1]"), Bench.Stage(run, "expert[1]").Generation));
        Bench.Do("base", "new");
        Bench.Do("expert[0]", "new");
        Bench.Do("distill", "new");
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        AssertHistory(Ledger, run);
    }

    private string Clustered()
    {
        var run = Bench.Submit(Plans.Clustered(3));
        Bench.Do("base");
        Bench.Do("cluster", fanOut: 2);
        Bench.Do("expert[0]");
        Bench.Do("expert[1]");
        Bench.Do("distill");
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        return run;
    }
}
