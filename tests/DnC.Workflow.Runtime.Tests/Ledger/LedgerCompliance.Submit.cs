using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class LedgerCompliance
{
    [Fact]
    public async Task OfManyThatStartTheSameAtOnceOneMakesTheRun()
    {
        var ledgers = Enumerable.Range(0, 8).Select(_ => Open(Bench.Parts())).ToList();
        using var all = new Barrier(ledgers.Count);
        var started = await Task.WhenAll(ledgers.Select((ledger, i) => Task.Factory.StartNew(
            () =>
            {
                all.SignalAndWait();
                return new RunService(ledger).Start(Plans.Submission(Plans.Graph(Plans.Node("a")), $"request {i}"));
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Single(Ledger.List());
        Assert.Single(started.Select(s => s.Run).Distinct());
        Assert.Single(started, s => !s.WentOn);
        foreach (var ledger in ledgers)
            ledger.Dispose();
    }

    [Fact]
    public void SubmitStoresTheWholeGraphAndReadiesItsRoots()
    {
        var run = Bench.Submit(Plans.Clustered(2));
        var view = Bench.View(run);
        Assert.Equal(["base", "cluster", "expert[0]", "expert[1]", "distill"], view.Stages.Select(s => s.Node.Name));
        Assert.Equal(StageState.Ready, view.Stages[0].State);
        Assert.All(view.Stages.Skip(1), s => Assert.Equal(StageState.Waiting, s.State));
        Assert.Equal(RunState.Running, view.Summary.State);
        Assert.Equal("cluster", view.Stages[2].Node.FanOutOf);
        Assert.Equal("base", view.Stages[0].Node.Settings.GetProperty("value").GetString());
        Assert.Equal(1, Bench.Bell.Hear());
        var first = Assert.Single(Ledger.Events(run));
        Assert.Equal((StageEvent.InputsComplete, "base", 1), (first.Event, first.Stage, first.Generation));
    }

    [Fact]
    public void TheSameRequestMakesOneRun()
    {
        var run = Bench.Submit(Plans.Fan(2));
        Assert.Equal(run, Bench.Submit(Plans.Fan(2)));
        Assert.NotEqual(run, Bench.Submit(Plans.Fan(2), "another request"));
        Assert.Equal(2, Ledger.List().Count);
    }

    [Fact]
    public void RunsAreListedNewestFirst()
    {
        var first = Bench.Submit(Plans.Fan(1), "1");
        Bench.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = Bench.Submit(Plans.Fan(1), "2");
        Assert.Equal([second, first], Ledger.List().Select(r => r.Id));
        Assert.Equal(Bench.Clock.GetUtcNow(), Ledger.List()[0].Created);
    }

    [Fact]
    public void AGraphWithoutStagesIsRefused() =>
        Assert.Throws<ArgumentException>(() => Bench.Submit(Plans.Graph()));

    [Fact]
    public void AnUnknownRunIsSaidToBeUnknown()
    {
        Assert.Null(Ledger.Find("nothing"));
        Assert.Contains("'nothing'", Assert.Throws<UserInputException>(() => Ledger.Cancel("nothing")).Message, StringComparison.Ordinal);
        Assert.Throws<UserInputException>(() => Ledger.Pause("nothing", paused: true));
        Assert.Throws<UserInputException>(() => Ledger.Continue("nothing"));
        Assert.Throws<UserInputException>(() => Ledger.Rerun("nothing", "base", dryRun: false));
        Assert.Throws<UserInputException>(() => Ledger.Rerun("nothing", "base", dryRun: true));
        Assert.Empty(Ledger.Events("nothing"));
    }

    [Fact]
    public void AnUnfinishedRunIsFoundByIdentityAndUseOfTheCache()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")), "1");
        var forced = Ledger.Submit(Plans.Submission(Plans.Graph(Plans.Node("a")), "2") with { NoCache = true });
        Assert.Equal(run, Ledger.FindUnfinished("identity", noCache: false));
        Assert.Equal(forced, Ledger.FindUnfinished("identity", noCache: true));
        Assert.Null(Ledger.FindUnfinished("another", noCache: false));
        Bench.Do("a");
        Assert.Null(Ledger.FindUnfinished("identity", noCache: false));
    }

    [Fact]
    public void ARunThatFailedIsUnfinishedAndACancelledOneIsNot()
    {
        var run = Bench.Submit(Plans.Graph(Plans.Node("a")));
        Ledger.Fail(Bench.Claim().Ticket, new AttemptFailure("bad data", Retryable: false));
        Assert.Equal(run, Ledger.FindUnfinished("identity", noCache: false));
        Ledger.Cancel(run);
        Assert.Null(Ledger.FindUnfinished("identity", noCache: false));
    }
}
