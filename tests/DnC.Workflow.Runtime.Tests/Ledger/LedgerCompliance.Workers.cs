using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class LedgerCompliance
{
    [Fact]
    public void WorkersAreEnteredOnceSeenAgainAndTakenOut()
    {
        Bench.Sql.Announce(Worker("b", ("cpu", 2)));
        Bench.Sql.Announce(Worker("a", ("cpu", 3), ("gpu", 1)));
        Bench.Sql.Announce(Worker("a", ("cpu", 3), ("gpu", 1)) with { Draining = true });
        var listed = Bench.Sql.Workers();
        Assert.Equal(["a", "b"], listed.Select(w => w.Note.Id).Order(StringComparer.Ordinal));
        Assert.All(listed, w => Assert.True(w.IsLive && w.Started <= w.Seen && w.Running.Count == 0));
        var a = listed.Single(w => w.Note.Id == "a").Note;
        Assert.Equal(("host of a", 7, "1.0", "cpu", true), (a.Host, a.Pid, a.Version, a.Device, a.Draining));
        Assert.Equal((3, 1, 4), (a.Slots["cpu"], a.Slots["gpu"], a.Kinds["noop"]));

        // A draining one takes nothing more.
        Assert.Equal([new("cpu", 2)], Bench.Sql.LiveSlots());
        Bench.Sql.Leave("b");
        Bench.Sql.Leave("never there");
        Assert.Equal("a", Assert.Single(Bench.Sql.Workers()).Note.Id);
    }

    [Fact]
    public void WhatAWorkerDoesNotSeeIsListedAsLongAsItDoesNot()
    {
        var worker = Worker("a", ("cpu", 2));
        foreach (var unseen in (string[][])[[], ["/images", "/more"], []])
        {
            Bench.Sql.Announce(worker with { Unseen = unseen });
            Assert.Equal(unseen, Assert.Single(Bench.Sql.Workers()).Note.Unseen);
        }
    }

    [Fact]
    public void WhatIsWrongWithAWorkerIsListedAsLongAsItIs()
    {
        var worker = Worker("a", ("cpu", 2));
        foreach (var ailment in (string?[])[null, "its disk is full.", null])
        {
            Bench.Sql.Announce(worker with { Ailment = ailment });
            Assert.Equal(ailment, Assert.Single(Bench.Sql.Workers()).Note.Ailment);
        }
    }

    [Fact]
    public void AWorkerThatVanishedIsNoLongerLiveAfterItsLeaseAndForgottenAfterAWhile()
    {
        Bench.Sql.Announce(Worker("a", ("cpu", 2)));
        Bench.Clock.Advance(Bench.Lease.Lease);
        Assert.True(Assert.Single(Bench.Sql.Workers()).IsLive);
        Bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(Assert.Single(Bench.Sql.Workers()).IsLive);
        Assert.Empty(Bench.Sql.LiveSlots());

        Reconcile();
        Assert.Single(Bench.Sql.Workers());
        Bench.Clock.Advance(TimeSpan.FromMinutes(15));
        Reconcile();
        Assert.Empty(Bench.Sql.Workers());

        void Reconcile() => Ledger.Reconcile(new ReconcileRequest { Slots = new Dictionary<string, int>(), PendingRings = _ => 0 });
    }

    [Fact]
    public void WorkersThatAreKilledAndStartedAgainLeaveNoRows()
    {
        for (var start = 0; start < 60; start++)
        {
            Bench.Sql.Announce(Worker($"start {start}", ("cpu", 1)));
            Bench.Clock.Advance(TimeSpan.FromMinutes(1));
            Bench.Pass();
        }

        // Those of the last quarter of an hour. A chore has one row: the audit, and that such a gap between passes is seen.
        Assert.Equal(15, Rows("worker"));
        Assert.Equal(2, Rows("chore"));
    }

    [Fact]
    public void AWorkerIsListedWithWhatItRuns()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        Bench.Sql.Announce(Worker("w1", ("cpu", 2)));
        Bench.Claim("a");
        Assert.Equal([new RunningStage(run, "a")], Assert.Single(Bench.Sql.Workers()).Running);
    }

    [Fact]
    public void RunsAreFoundByTheBeginningOfTheirIdsNewestFirst()
    {
        var runs = Enumerable.Range(0, 3).Select(i => Bench.Submit(Plans.Graph(Plans.Node("a")), $"request {i}")).ToArray();
        Assert.Equal(runs.Reverse(), Ledger.FindIds("", atMost: 10));
        Assert.Equal([runs[2]], Ledger.FindIds("", atMost: 1));
        Assert.Equal([runs[1]], Ledger.FindIds(runs[1][..6], atMost: 10));
        Assert.Empty(Ledger.FindIds("%", atMost: 10));
        Assert.Equal(Ledger.List()[0], Ledger.FindSummary(runs[2]));
        Assert.Null(Ledger.FindSummary("none"));
    }

    private static WorkerNote Worker(string id, params (string Class, int Count)[] slots) => new()
    {
        Id = id,
        Host = $"host of {id}",
        Pid = 7,
        Version = "1.0",
        Device = "cpu",
        Slots = slots.ToDictionary(s => s.Class, s => s.Count),
        Kinds = new Dictionary<string, int> { ["noop"] = 4 },
    };
}
