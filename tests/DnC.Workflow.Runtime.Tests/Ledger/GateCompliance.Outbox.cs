using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class GateCompliance
{
    [Fact]
    public void AnAnswerIsOneHoldersAloneUntilItsTimeIsOver()
    {
        Ended("a");
        var first = Assert.Single(Ledger.Take(TakeAll));
        Assert.Equal(1, first.Try);
        Assert.Empty(Ledger.Take(TakeAll with { Holder = "h2" }));
        Assert.Equal("h1", Assert.Single(Ledger.Undelivered()).Holder);
        Bench.Clock.Advance(TimeSpan.FromSeconds(20));
        Ledger.Hold("h1", [first.Delivery], TakeAll.Hold);
        Bench.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Empty(Ledger.Take(TakeAll with { Holder = "h2" }));
        Bench.Clock.Advance(TimeSpan.FromSeconds(20));
        var second = Assert.Single(Ledger.Take(TakeAll with { Holder = "h2" }));
        Assert.Equal((first.Delivery, 2), (second.Delivery, second.Try));

        // What the first holder says now is late: only an acknowledgement is true whoever says it.
        Ledger.Hold("h1", [first.Delivery], TimeSpan.FromHours(1));
        Ledger.GiveBack(first, "h1", "late", TimeSpan.Zero);
        Assert.Empty(Ledger.Take(TakeAll with { Holder = "h3" }));
        Ledger.Acknowledge([first.Delivery]);
        Assert.Empty(Ledger.Undelivered());
        Assert.Equal(RequestState.Delivered, StateOf("ask a"));
        Ledger.GiveBack(second, "h2", "gone", TimeSpan.Zero);
        Assert.Empty(Ledger.Take(TakeAll));
    }

    [Fact]
    public void WhatIsGivenBackWaitsAndSaysWhy()
    {
        Ended("a");
        Ledger.GiveBack(Ledger.Take(TakeAll)[0], "h1", "the server is away", TimeSpan.FromSeconds(5));
        Assert.Empty(Ledger.Take(TakeAll));
        var waiting = Assert.Single(Ledger.Undelivered());
        Assert.Equal(("the server is away", null, 1), (waiting.Error, waiting.Holder, waiting.End.Try));
        Assert.Equal(Bench.Clock.GetUtcNow() + TimeSpan.FromSeconds(5), waiting.Due);
        Bench.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(2, Assert.Single(Ledger.Take(TakeAll)).Try);
    }

    [Fact]
    public void EndsOfOneRunComeInTheirOrderUntilOneIsSetAside()
    {
        var run = Ended("a", "b", "c");
        var other = Gated(Plans.Graph(Plans.Node("x")), "other");
        Ask(other, "x");
        Bench.Do("x");

        // The oldest of each run, and nothing behind it while it is being told or waits to be told again.
        Assert.Equal(["ask a", "ask x"], Ledger.Take(TakeAll).Select(e => e.RequestId));
        Assert.Empty(Ledger.Take(TakeAll));
        for (var tries = 1; ; tries++)
        {
            var head = Ledger.Undelivered()[0].End;
            Assert.Equal(("ask a", tries), (head.RequestId, head.Try));
            Ledger.GiveBack(head, "h1", "no", TimeSpan.FromSeconds(1));
            if (tries == TakeAll.SetAsideAfter)
                break;
            Bench.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("ask a", Assert.Single(Ledger.Take(TakeAll)).RequestId);
        }

        Assert.Equal("ask b", Assert.Single(Ledger.Take(TakeAll)).RequestId);
        Ledger.Acknowledge([Ledger.Undelivered().Single(u => u.End.RequestId == "ask b").End.Delivery]);
        Assert.Equal("ask c", Assert.Single(Ledger.Take(TakeAll)).RequestId);

        // It is never lost: told again for ever, those that were told less often first.
        Bench.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var next in new[] { "ask c", "ask x", "ask a" })
            Assert.Equal(next, Assert.Single(Ledger.Take(TakeAll with { AtMost = 1 })).RequestId);
        Assert.Equal(4, Ledger.Undelivered().Single(u => u.End.RequestId == "ask a").End.Try);
        Assert.Equal(RequestState.Answered, StateOf("ask a"));
        Assert.Equal(StageState.Succeeded, Bench.State(run, "a"));
    }

    [Fact]
    public void AListenerIsToldOnlyWhatIsItsOwn()
    {
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Ask(run, "a", "mine");
        Ledger.OpenGate(new GateRequest { Run = run, Stage = "a", RequestId = "hook", Listener = "webhook" });
        Bench.Do("a");
        Assert.Equal("hook", Assert.Single(HearAll("webhook")).RequestId);
        Assert.Equal("mine", Assert.Single(HearAll()).RequestId);
        Assert.Empty(HearAll("nobody"));
    }

    [Fact]
    public void AnAnswerOutlivesARerunOfItsStage()
    {
        var run = Ended("a");
        Ledger.Rerun(run, "a", dryRun: false);
        var end = Assert.Single(HearAll());
        Assert.Equal((1, StageState.Succeeded), (end.Generation, end.State));
        Assert.NotNull(Ledger.FindResult(end.Key!));
    }

    [Fact]
    public void AnAnswerThatWasLostBehindItsAcknowledgementIsToldOnceMore()
    {
        var run = Ended("a");
        var end = Assert.Single(HearAll());
        Ledger.Rerun(run, "a", dryRun: false);
        Assert.True(Ledger.Redeliver("ask a"));
        Assert.False(Ledger.Redeliver("ask a")); // it is on its way
        Assert.False(Ledger.Redeliver("nobody's"));
        var again = Assert.Single(HearAll());
        Assert.Equal(end with { Delivery = again.Delivery }, again);
        Assert.Equal(StageState.Ready, Bench.State(run, "a"));
    }

    [Fact]
    public void WhatIsCommittedIsToldByWhoeverComesNext()
    {
        Ended("a", "b");
        Assert.Single(Ledger.Take(TakeAll)); // and then this process dies
        using var next = Open(Bench.Parts());
        Assert.Empty(next.Take(TakeAll with { Holder = "h2" }));
        Bench.Clock.Advance(TakeAll.Hold + TimeSpan.FromSeconds(1));
        var told = Assert.Single(next.Take(TakeAll with { Holder = "h2" }));
        Assert.Equal(("ask a", 2), (told.RequestId, told.Try));
        next.Acknowledge([told.Delivery]);
        Assert.Equal("ask b", Assert.Single(next.Take(TakeAll with { Holder = "h2" })).RequestId);
    }

    [Fact]
    public void TheOutboxSaysWhenItIsFilled()
    {
        var filled = 0;
        Ledger.Filled += () => filled++;
        var run = Gated(Plans.Graph(Plans.Node("a")));
        Ask(run, "a");
        var claim = Bench.Claim();
        Assert.Equal(0, filled);
        Bench.Complete(claim);
        Assert.Equal(1, filled);
        Ask(run, "a", "late");
        Assert.Equal(2, filled);
        HearAll();
        Assert.Equal(2, filled);
    }

    [Fact]
    public void TakersAtTheSameMomentTakeEachAnswerOnce()
    {
        for (var i = 0; i < 40; i++)
        {
            var run = Gated(Plans.Graph(Plans.Node($"s{i}")), $"{i}");
            Ask(run, $"s{i}");
            Bench.Do($"s{i}");
        }

        var taken = new System.Collections.Concurrent.ConcurrentBag<long>();
        var threads = Enumerable.Range(0, 4).Select(n => new Thread(() =>
        {
            using var ledger = Open(Bench.Parts());
            while (ledger.Take(TakeAll with { Holder = $"h{n}", AtMost = 3 }) is { Count: > 0 } ends)
            {
                foreach (var end in ends)
                    taken.Add(end.Delivery);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal(40, taken.Count);
        Assert.Equal(40, taken.Distinct().Count());
    }

    // A gated run whose named stages were asked for and are done, and nothing told yet.
    private string Ended(params string[] stages)
    {
        var run = Gated(Plans.Graph([.. stages.Select(s => Plans.Node(s))]));
        foreach (var stage in stages)
        {
            Ask(run, stage);
            Bench.Do(stage);
        }

        return run;
    }
}
