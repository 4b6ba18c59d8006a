using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class LedgerCompliance
{
    [Fact]
    public void ALostInputSendsItsProducerBackAndTheConsumerToWait()
    {
        var run = Bench.Submit(Plans.Fan(3));
        Bench.Do("base");
        Bench.Do("work[0]");
        var claim = Bench.Claim("work[1]");
        Assert.True(Ledger.InputLost(claim.Ticket, "base", "digest differs"));
        Assert.Equal(
            [StageState.Ready, StageState.Succeeded, StageState.Waiting, StageState.Waiting, StageState.Waiting],
            Bench.View(run).Stages.Select(s => s.State));
        Assert.Equal(2, Bench.Stage(run, "base").Generation);
        Assert.Equal(RunWish.Lost, Ledger.Heartbeat(claim.Ticket, null));
        Bench.Do("base");
        Bench.Do("work[1]");
        Bench.Do("work[2]");
        Bench.Do("join");
        Assert.Equal(RunState.Succeeded, Bench.RunState(run));
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void DamagedBytesAreNotReusedByTheirOwnProducer()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        var producer = Bench.Do("a");
        Ledger.InputLost(Bench.Claim("b").Ticket, "a", "digest differs"); // present, with its size, and wrong
        Assert.Null(Ledger.FindResult(producer.Key));
        Bench.Claim("a");
    }

    [Fact]
    public void AReusedInputThatIsLostIsMadeAgain()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a")), "1");
        Bench.Do("a");
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")), "2");
        var claim = Bench.Claim("b");
        Assert.Equal(StageState.Reused, Bench.State(run, "a"));
        Ledger.InputLost(claim.Ticket, "a", "gone");
        Bench.Do("a");
        Bench.Do("b");
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void TwoConsumersOfOneLossMakeTheProducerRunOnce()
    {
        var run = Bench.Submit(Plans.Fan(2));
        Bench.Do("base");
        var first = Bench.Claim("work[0]");
        var second = Bench.Claim("work[1]");
        Ledger.InputLost(first.Ticket, "base", "gone");
        Bench.Do("base");
        Assert.Equal(StageState.Ready, Bench.State(run, "work[0]"));
        Ledger.InputLost(second.Ticket, "base", "gone"); // old news
        Assert.Equal(2, Bench.Stage(run, "base").Generation);
        Assert.Equal(StageState.Ready, Bench.State(run, "work[1]"));
        Bench.Do("work[0]");
        Bench.Do("work[1]");
        Bench.Do("join");
        AssertHistory(Ledger, run);
    }

    [Theory]
    [InlineData("release")]
    [InlineData("fail")]
    [InlineData("expire")]
    public void WhatComesBackWhileItsInputIsMadeAgainWaitsForIt(string how)
    {
        var run = Bench.Submit(Plans.Fan(2));
        Bench.Do("base");
        var first = Bench.Claim("work[0]");
        var second = Bench.Claim("work[1]");
        Ledger.InputLost(first.Ticket, "base", "gone");
        switch (how)
        {
            case "release": Ledger.Release(second.Ticket, "preempted"); break;
            case "fail": Ledger.Fail(second.Ticket, Mishap); break;
            default: Bench.ExpireLeases(); break;
        }

        Assert.Equal(StageState.Waiting, Bench.State(run, "work[1]"));
        Bench.Do("base");
        Bench.Clock.Advance(TimeSpan.FromMinutes(5));
        Bench.Do("work[0]");
        Bench.Do("work[1]");
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void AConsumerThatKeepsItsClaimMayStillComplete()
    {
        var run = Bench.Submit(Plans.Fan(2));
        Bench.Do("base");
        var first = Bench.Claim("work[0]");
        var second = Bench.Claim("work[1]");
        Ledger.InputLost(first.Ticket, "base", "gone");
        Bench.Complete(second); // it had read all it needed
        Bench.Do("base");
        Bench.Do("work[0]");
        Bench.Do("join");
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void ALossCostsNoFailureBudget()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")), retry: new RetryPolicy { MaxFailures = 1 });
        Bench.Do("a");
        for (var i = 0; i < 3; i++)
        {
            Ledger.InputLost(Bench.Claim("b").Ticket, "a", "gone");
            Bench.Do("a");
        }

        Bench.Do("b");
    }

    [Fact]
    public void AnInputThatIsAlwaysLostEndsInAFailure()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        for (var i = 0; i < 5; i++)
        {
            Bench.Do("a");
            Ledger.InputLost(Bench.Claim("b").Ticket, "a", "digest differs");
        }

        Assert.Equal(StageState.Failed, Bench.State(run, "b"));
        Assert.Contains("lost 5 times", Bench.Stage(run, "b").Error, StringComparison.Ordinal);
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void ARerunOfAConsumerWhoseInputIsBeingMadeAgainWaits()
    {
        var run = Bench.Submit(Plans.Fan(2));
        Bench.Do("base");
        Bench.Do("work[0]");
        Ledger.InputLost(Bench.Claim("work[1]").Ticket, "base", "gone");
        Ledger.Rerun(run, "work[0]", dryRun: false);
        Assert.Equal(StageState.Waiting, Bench.State(run, "work[0]"));
        Bench.Do("base");
        Bench.Do("work[0]");
        AssertHistory(Ledger, run);
    }

    [Fact]
    public void AnInputThatIsNoneIsTheCallersMistake()
    {
        Bench.Submit(Plans.Graph(Plans.Node("a")));
        Assert.Throws<ArgumentException>(() => Ledger.InputLost(Bench.Claim().Ticket, "z", "gone"));
    }
}
