using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class GateCompliance
{
    [Fact]
    public void AWatchIsAnsweredWhenTheRunEnds()
    {
        var run = Bench.Submit(Plans.Fan(1));
        Assert.Equal(new GateReply(GateEffect.Attached, RequestState.Open), Watch(run, "w"));
        Assert.Equal(new GateReply(GateEffect.Known, RequestState.Open), Watch(run, "w"));
        Bench.Do("base");
        Bench.Do("work[0]");
        Assert.Empty(HearAll());
        Bench.Do("join");
        var end = Assert.Single(HearAll());
        Assert.Equal(("w", run, null, StageState.Succeeded), (end.RequestId, end.Run, end.Stage, end.State));
        Assert.Equal(Bench.View(run).Summary.Ended, end.Ended);

        // Done again and ended again: nobody new has asked.
        Ledger.Rerun(run, "join", dryRun: false);
        Bench.Do("join");
        Assert.Empty(HearAll());
        Assert.Equal(GateEffect.Answered, Watch(run, "w2").Effect);
        Assert.Equal("w2", Assert.Single(HearAll()).RequestId);
    }

    [Fact]
    public void AWatchOfAFailedRunSaysWhatFailed()
    {
        var run = Bench.Submit(Plans.Fan(5));
        Watch(run, "w");
        Bench.Do("base");
        for (var i = 0; i < 5; i++)
            Ledger.Fail(Bench.Claim($"work[{i}]").Ticket, new AttemptFailure($"no luck {i}", Retryable: false));
        var end = Assert.Single(HearAll());
        Assert.Equal((StageState.Failed, StageOutcome.Failed), (end.State, end.Outcome));
        Assert.Equal("work[0]: no luck 0\nwork[1]: no luck 1\nwork[2]: no luck 2\n…", end.Error);
    }

    [Fact]
    public void AWatchMayLetAFailedRunGoOn()
    {
        var run = Bench.Submit(Plans.Fan(1));
        var claim = Bench.Claim();
        Ledger.Checkpoint(claim.Ticket, new CheckpointRef("c/7", 7));
        Ledger.Fail(claim.Ticket, new AttemptFailure("disk full", Retryable: false));
        Assert.Equal(GateEffect.Answered, Watch(run, "look").Effect);
        Assert.Equal(new GateReply(GateEffect.Continued, RequestState.Open), Watch(run, "again", continueFailed: true));
        Assert.Equal(GateEffect.Known, Watch(run, "again", continueFailed: true).Effect);
        var again = Bench.Claim("base");
        Assert.Equal(7, again.Resume?.Step);
        Bench.Complete(again);
        Bench.Do("work[0]");
        Bench.Do("join");
        Assert.Equal([("look", StageState.Failed), ("again", StageState.Succeeded)], HearAll().Select(e => (e.RequestId, e.State)));
    }

    [Fact]
    public void ARunMayHaveTheIdThatItsCallerChose()
    {
        var submission = Plans.Submission(Plans.Fan(1)) with { Id = "Order-66_a" };
        Assert.Equal("Order-66_a", Ledger.Submit(submission));
        Assert.Equal("Order-66_a", Ledger.Submit(submission));
        Assert.Single(Ledger.List());
        Assert.Equal("Order-66_a", Bench.Claim().Ticket.Run);
        foreach (var taken in new[] { "Order-66_a", "order-66_A" })
        {
            var error = Assert.Throws<UserInputException>(() => Ledger.Submit(submission with { RequestId = "other", Id = taken }));
            Assert.Contains("Order-66_a already", error.Message, StringComparison.Ordinal);
        }

        Assert.Contains("cannot make run", Assert.Throws<UserInputException>(() => Ledger.Submit(submission with { Id = "second" })).Message, StringComparison.Ordinal);
        Assert.Single(Ledger.List());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("_x")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a12345678901234567890123456789012345678901234567890123456789012345")]
    public void AnIdThatIsNoneIsRefused(string id)
    {
        var error = Assert.Throws<UserInputException>(() => Ledger.Submit(Plans.Submission(Plans.Fan(1)) with { Id = id }));
        Assert.Contains($"'{id}'", error.Message, StringComparison.Ordinal);
        Assert.Empty(Ledger.List());
    }

    [Fact]
    public void AGatedRunIsNobodysToGoOnWith()
    {
        Gated(Plans.Fan(1));
        Assert.Null(Ledger.FindUnfinished("identity", noCache: false));
        var open = Bench.Submit(Plans.Fan(1), "open");
        Assert.Equal(open, Ledger.FindUnfinished("identity", noCache: false));
    }

    [Fact]
    public void ARerunByAPersonRunsOnThroughGatesThatWereOpened()
    {
        var run = Gated(Plans.Clustered(2));
        foreach (var stage in new[] { "base", "cluster", "expert[0]", "distill" })
            Ask(run, stage);
        Bench.Do("base");
        Bench.Do("cluster", fanOut: 1);
        Bench.Do("expert[0]");
        Bench.Do("distill");
        Assert.Equal(4, HearAll().Count);

        // The second cluster exists this time: its expert was skipped, and nobody will come to open it.
        Ledger.Rerun(run, "cluster", dryRun: false);
        Bench.Do("cluster", "new", fanOut: 2);
        Bench.Do("expert[0]", "new");
        Bench.Do("expert[1]", "new");
        Bench.Do("distill", "new");
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        Assert.Empty(HearAll());
        Assert.Equal(GateEffect.Answered, Ask(run, "distill", "new id").Effect);
        Assert.Equal(2, Assert.Single(HearAll()).Generation);
        LedgerCompliance.AssertHistory(Ledger, run);
    }

    [Fact]
    public void AllGatesCanBeOpenedAtOnce()
    {
        var run = Gated(Plans.Clustered(2));
        Ask(run, "base");
        Assert.Throws<UserInputException>(() => Ledger.OpenAllGates(run, new StageWants(QueueTimeoutMinutes: 1e9)));
        Assert.Equal(4, Ledger.OpenAllGates(run, new StageWants(TimeoutMinutes: 3)));
        Assert.Equal(0, Ledger.OpenAllGates(run));

        // The base was asked for before, by somebody who wanted nothing otherwise than planned.
        Assert.Equal(["0", "3", "3", "3", "3"], Ledger.Find(run)!.Stages.Select(s => $"{s.Node.Options.TimeoutMinutes}"));
        Bench.Do("base");
        Bench.Do("cluster", fanOut: 1);
        Bench.Do("expert[0]");
        Bench.Do("distill");
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        Assert.Equal("ask base", Assert.Single(HearAll()).RequestId);
    }
}
