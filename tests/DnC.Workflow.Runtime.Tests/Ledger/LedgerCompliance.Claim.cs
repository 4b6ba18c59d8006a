using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class LedgerCompliance
{
    [Fact]
    public void AClaimCarriesWhatAnAttemptNeeds()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        var first = Bench.Do("a", "one");
        Assert.Equal((1, 1, 1L), (first.Generation, first.Attempt, first.Ticket.Fence));
        Assert.Equal("/data", first.Data.Path);
        Assert.Null(first.Resume);
        Assert.Empty(first.Inputs);

        var second = Bench.Claim("b");
        var input = second.Inputs["a"];
        Assert.Equal(("out", "a:one/out", $"{run}/a/1"), (input.Name, input.Digest, input.Location));
        Assert.Equal(second.Key, Bench.Stage(run, "b").Key);
        Assert.Equal("w1", Bench.Stage(run, "b").Worker);
    }

    [Fact]
    public void NothingIsClaimedTwiceByManyAtOnce()
    {
        var run = Bench.Submit(Plans.Fan(40));
        Bench.Do("base");
        using var other = Open(Bench.Parts());
        var claimed = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            while (Bench.TryClaim($"w{i}", ledger: i % 2 == 0 ? Ledger : other) is { } claim)
                claimed.Add(claim.Ticket.Stage);
        });
        Assert.Equal(40, claimed.Count);
        Assert.Equal(40, claimed.Distinct().Count());
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void OnlyTheClassAndTheKindsAskedForAreClaimed()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a") with { Resource = "gpu" }, Plans.Node("b") with { Kind = "train" }));
        Assert.Null(Bench.TryClaim());
        Assert.Equal("a", Bench.TryClaim(resource: "gpu")?.Ticket.Stage);
    }

    [Fact]
    public void AnEngineThatServesOneRunLeavesTheOthersAlone()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a")), "older");
        var mine = Bench.Submit(Plans.Graph(Plans.Node("b")), "newer");

        Assert.Equal("b", Bench.TryClaim(onlyRun: mine)?.Ticket.Stage);
        Assert.Null(Bench.TryClaim(onlyRun: mine));
        Assert.Null(Bench.TryClaim(onlyRun: ""));
        Assert.Equal("a", Bench.TryClaim()?.Ticket.Stage);
    }

    [Fact]
    public void PriorityGoesBeforeAge()
    {
        Bench.Submit(Plans.Graph(Plans.Node("old")), "1");
        Bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Bench.Submit(Plans.Graph(Plans.Node("young")), "2");
        Bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Ledger.Submit(Plans.Submission(Plans.Graph(Plans.Node("urgent")), "3") with { Priority = 1 });
        Bench.Claim("urgent");
        Bench.Claim("old");
        Bench.Claim("young");
    }

    [Fact]
    public void ARunStaysWithinItsLimit()
    {
        var run = Ledger.Submit(Plans.Submission(Plans.Graph(Plans.Node("a"), Plans.Node("b"), Plans.Node("c"))) with { MaxConcurrent = 2 });
        var first = Bench.Claim("a");
        Bench.Claim("b");
        Assert.Null(Bench.TryClaim());
        Bench.Complete(first);
        Bench.Claim("c");
        Assert.Equal(RunState.Running, Bench.RunState(run));
    }

    [Fact]
    public void AttemptsAreCountedAtClaimAndFencesGrowAcrossGenerations()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var first = Bench.Claim();
        Assert.Equal(1, Bench.Stage(run, "a").Attempts);
        Ledger.Release(first.Ticket, "moved");
        var second = Bench.Claim();
        Assert.Equal((2, 2L), (second.Attempt, second.Ticket.Fence));
        Bench.Complete(second);
        Ledger.Rerun(run, "a", dryRun: false);
        var third = Bench.Claim();
        Assert.Equal((2, 1, 3L), (third.Generation, third.Attempt, third.Ticket.Fence));
    }

    [Fact]
    public void AStaleFenceIsRefusedEverywhereAndChangesNothing()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        Bench.Do("a");
        var stale = Bench.Claim("b").Ticket;
        Ledger.Release(stale, "moved");

        void Refused()
        {
            var before = Ledger.Events(run).Count;
            Assert.Equal(RunWish.Lost, Ledger.Heartbeat(stale, new StageProgress(1, 2)));
            Assert.False(Ledger.Checkpoint(stale, new CheckpointRef("stale", 9)));
            Assert.False(Ledger.Complete(stale, Plans.Output("stale", "stale"), Plans.Result()));
            Assert.False(Ledger.Fail(stale, new AttemptFailure("stale", Retryable: true)));
            Assert.False(Ledger.Release(stale, "stale"));
            Assert.False(Ledger.InputLost(stale, "a", "stale"));
            Assert.Equal(before, Ledger.Events(run).Count);
        }

        Refused();
        var current = Bench.Claim("b");
        Assert.Null(current.Resume);
        Refused();
        Assert.Equal(RunWish.GoOn, Ledger.Heartbeat(current.Ticket, null));
        Bench.Complete(current);
        Refused();
        Ledger.Rerun(run, "b", dryRun: false);
        Refused();
        Assert.Null(Ledger.FindResult("stale"));
    }

    [Fact]
    public void ATicketOfNoRunIsRefused()
    {
        var ticket = new ClaimTicket("nothing", "a", 1);
        Assert.Equal(RunWish.Lost, Ledger.Heartbeat(ticket, null));
        Assert.False(Ledger.Checkpoint(ticket, new CheckpointRef("c", 1)));
        Assert.False(Ledger.Release(ticket, "gone"));
    }

    [Fact]
    public void ACheckpointIsResumedFromOnlyWhenTheLedgerNamesIt()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var first = Bench.Claim();
        Assert.True(Ledger.Checkpoint(first.Ticket, new CheckpointRef("c/10", 10)));
        Assert.True(Ledger.Checkpoint(first.Ticket, new CheckpointRef("c/20", 20)));
        Ledger.Release(first.Ticket, "moved");
        var second = Bench.Claim();
        Assert.Equal(new CheckpointRef("c/20", 20), second.Resume);
        Assert.Equal(20, Bench.Stage(run, "a").ResumedAtStep);
    }

    [Fact]
    public void ACheckpointUnderAnotherKeyIsForgotten()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a")));
        var first = Bench.Claim();
        Ledger.Checkpoint(first.Ticket, new CheckpointRef("c/10", 10));
        Ledger.Release(first.Ticket, "moved");
        var upgraded = Bench.TryClaim(version: 2);
        Assert.NotNull(upgraded);
        Assert.NotEqual(first.Key, upgraded.Key);
        Assert.Null(upgraded.Resume);
    }

    [Fact]
    public void WhenProgressLastChangedIsSeenHoweverOftenItIsTold()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var claim = Bench.Claim();
        Assert.Null(Bench.Stage(run, "a").ProgressAt);
        StageProgress?[] told = [null, null, new(1, 10), new(1, 10), null, new(2, 10)];
        var times = new List<DateTimeOffset>();
        foreach (var progress in told)
        {
            Bench.Clock.Advance(TimeSpan.FromSeconds(1));
            Ledger.Heartbeat(claim.Ticket, progress);
            times.Add(Bench.Stage(run, "a").ProgressAt!.Value);
        }

        Assert.Equal([0, 0, 2, 2, 2, 5], times.Select(t => Math.Round((t - times[0]).TotalSeconds)));
    }

    [Fact]
    public void ProgressIsNeverShownAsLessThanWhatWasGoneOnFrom()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var first = Bench.Claim();
        Ledger.Checkpoint(first.Ticket, new CheckpointRef("c/15", 15));
        Ledger.Release(first.Ticket, "moved");
        var second = Bench.Claim();
        foreach (var (told, shown) in ((long, long)[])[(6, 15), (16, 16)])
        {
            Ledger.Heartbeat(second.Ticket, new StageProgress(told, 1500));
            Assert.Equal(shown, Bench.Stage(run, "a").Progress!.Step);
        }

        Ledger.Heartbeat(second.Ticket, new StageProgress(0, 0, Phase: "reads"));
        Assert.Equal(new StageProgress(0, 0, Phase: "reads"), Bench.Stage(run, "a").Progress);
    }

    [Fact]
    public void ProgressIsSeenWhileItRunsAndKeptWithTheAttempt()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        var claim = Bench.Claim();
        Ledger.Heartbeat(claim.Ticket, new StageProgress(5, 10, 80.5, 1.25, "linear probe"));
        Ledger.Heartbeat(claim.Ticket, null);
        Assert.Equal(new StageProgress(5, 10, 80.5, 1.25, "linear probe"), Bench.Stage(run, "a").Progress);
        Ledger.Fail(claim.Ticket, new AttemptFailure("no", Retryable: true, "SIGSEGV and the log's end"));
        Assert.Null(Bench.Stage(run, "a").Progress);
        var attempt = Assert.Single(Ledger.Attempts(run));
        Assert.Equal((5L, StageEvent.AttemptFailed, "SIGSEGV and the log's end"), (attempt.Progress?.Step, attempt.Outcome, attempt.Detail));
        Assert.Equal(1, attempt.Number);
    }
}
