using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Runtime.Tests.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Submit;

public sealed class RunServiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-runs-").FullName;
    private readonly LedgerBench _bench;
    private readonly RunService _service;

    public RunServiceTests()
    {
        _bench = new LedgerBench(parts => SqlLedger.Open(Path.Combine(_folder, "ledger.db"), parts));
        _service = new RunService(_bench.Ledger);
    }

    public void Dispose()
    {
        _bench.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void TheSameSpecGoesOnWithWhatIsUnfinished()
    {
        var first = _service.Start(Request("1"));
        Assert.False(first.WentOn);
        var again = _service.Start(Request("2"));
        Assert.Equal((first.Run, true), (again.Run, again.WentOn));
        Assert.Single(_service.List());
    }

    [Fact]
    public void AnEmptyIdNamesNoRun()
    {
        _service.Start(Request("1"));
        Assert.Contains("is empty", Assert.Throws<UserInputException>(() => _service.Cancel("")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailedRunGoesOnWithFreshBudgets()
    {
        var first = _service.Start(Request("1"));
        _bench.Ledger.Fail(_bench.Claim().Ticket, new AttemptFailure("disk full", Retryable: false));
        Assert.Equal(RunState.Failed, _service.Get(first.Run).Summary.State);
        Assert.True(_service.Start(Request("2")).WentOn);
        _bench.Do("a");
        Assert.Equal(RunState.Succeeded, _service.Get(first.Run).Summary.State);
    }

    [Fact]
    public void AnotherOneIsStartedWhenAskedForOrWhenTheLastHasEnded()
    {
        var first = _service.Start(Request("1"));
        var second = _service.Start(Request("2"), startNew: true);
        Assert.False(second.WentOn);
        Assert.NotEqual(first.Run, second.Run);
        _service.Cancel(second.Run);
        _service.Cancel(first.Run);
        Assert.False(_service.Start(Request("3")).WentOn);
        Assert.False(_service.Start(Request("4") with { NoCache = true }).WentOn);
        Assert.False(_service.Start(Request("5") with { Identity = "other data" }).WentOn);
    }

    [Fact]
    public void ARunIsNamedByTheBeginningOfItsId()
    {
        var run = _service.Start(Request("1")).Run;
        Assert.Equal(run, _service.Get(run[..4]).Summary.Id);
        Assert.Equal(run, _service.Latest().Summary.Id);
        Assert.Contains("'zzz'", Assert.Throws<UserInputException>(() => _service.Get("zzz")).Message, StringComparison.Ordinal);
        for (var i = 2; i < 40; i++)
            _service.Start(Request($"{i}"), startNew: true);
        var shared = _service.List().GroupBy(r => r.Id[0]).First(g => g.Count() > 1).Key;
        Assert.Contains("give more of it", Assert.Throws<UserInputException>(() => _service.Get($"{shared}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutARunThereIsNoLatest() => Assert.Throws<UserInputException>(() => _service.Latest());

    [Fact]
    public void WhatHasEndedIsNeitherCancelledNorPaused()
    {
        var run = _service.Start(Request("1")).Run;
        _service.Pause(run);
        Assert.Equal(RunState.Paused, _service.Get(run).Summary.State);
        _service.Unpause(run);
        _bench.Do("a");
        Assert.Throws<UserInputException>(() => _service.Cancel(run));
        Assert.Throws<UserInputException>(() => _service.Pause(run));
        Assert.Equal(["a"], _service.Rerun(run, "a", dryRun: true));
        Assert.Equal(["a"], _service.Rerun(run, "a"));
        Assert.Equal(StageEvent.Rerun, _service.Events(run)[^1].Event);
        Assert.Equal(1, Assert.Single(_service.Attempts(run)).Number);
    }

    [Fact]
    public void AGatedRunIsFoundAgainByItsOwnRequestAlone()
    {
        var gated = Request("1") with { Gated = true, Id = "Instance-1" };
        Assert.Equal(new StartedRun("Instance-1", WentOn: false), _service.Start(gated));
        Assert.Equal(new StartedRun("Instance-1", WentOn: false), _service.Start(gated));
        var open = _service.Start(Request("2"));
        Assert.NotEqual("Instance-1", open.Run);
        Assert.Equal(new StartedRun(open.Run, WentOn: true), _service.Start(Request("3")));
        Assert.Equal(2, _service.List().Count);
    }

    [Fact]
    public void APersonFindsARunByTheIdThatAProgramChose()
    {
        _service.Start(Request("1") with { Id = "Instance-1" });
        _service.Start(Request("2") with { Id = "Instance-12" });
        foreach (var named in new[] { "Instance-1", "instance-1" })
            Assert.Equal("Instance-1", _service.Get(named).Summary.Id);
        Assert.Equal("Instance-12", _service.Get("INSTANCE-12").Summary.Id);
        Assert.Throws<UserInputException>(() => _service.Get("inst"));
    }

    [Fact]
    public void WhoWaitsAsksByRequest()
    {
        var run = _service.Start(Request("1") with { Gated = true }).Run;
        var gate = new GateRequest { Run = run, Stage = "a", RequestId = "ask", Listener = "elsa" };
        Assert.Equal(GateEffect.Opened, _service.OpenGate(gate).Effect);
        Assert.Equal(GateEffect.Attached, _service.WatchRun(new RunWatch { Run = run, RequestId = "watch", Listener = "elsa" }).Effect);
        Assert.Equal(["ask", "watch"], _service.OpenRequests(run).Select(r => r.RequestId));
        Assert.True(_service.Withdraw("watch"));
        Assert.Equal(RequestState.Withdrawn, _service.FindRequest("watch")?.State);
        Assert.Equal(0, _service.OpenAllGates(run));
        _bench.Do("a");
        Assert.Equal("ask", Assert.Single(_service.Undelivered()).End.RequestId);
        Assert.False(_service.Redeliver("ask"));
    }

    private static RunSubmission Request(string id) => Plans.Submission(Plans.Graph(Plans.Node("a")), id);
}
