using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Runtime.Tests.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Front;

/// <summary>What a crash leaves between a front and a real ledger, either way round, and what a pass makes of it.</summary>
public sealed partial class FrontAuditTests : IDisposable
{
    private const string Owner = "owner";

    private readonly TestFolder _folder = new();
    private readonly LedgerBench _bench;
    private readonly RunService _runs;
    private readonly ScriptedFront _front = new();
    private readonly List<string> _reports = [];
    private readonly FrontAudit _audit;

    public FrontAuditTests()
    {
        _bench = new LedgerBench(parts => SqlLedger.Open(Path.Combine(_folder.Path, "ledger.db"), parts));
        _runs = new RunService(_bench.Ledger);
        _audit = new FrontAudit(_runs, () => [], (what, _) => _reports.Add(what));
        _front.Owners[Owner] = OwnerState.Running;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ARequestThatWasNeverMadeIsMadeOnce()
    {
        var run = Begin();
        Waits(run, "base");
        Assert.Equal(1, await Pass());
        Assert.Equal(RequestState.Open, _runs.FindRequest(Id("base"))!.State);
        Assert.Equal(0, await Pass());
        _bench.Do("base");
        Assert.Equal(0, await Pass()); // its answer is on its way
        Assert.Empty(_front.Resumed);
    }

    [Fact]
    public async Task AnAnswerThatWasHeardAndLostIsToldAgain()
    {
        var run = Begin();
        Ask(run, "base");
        _bench.Do("base");
        Hear();
        Waits(run, "base");
        Assert.Equal(1, await Pass());
        Assert.Equal(Id("base"), Assert.Single(_runs.Undelivered()).End.RequestId);
    }

    [Fact]
    public async Task WhatOnlyTheIndexStillHasIsNobodys()
    {
        var run = Begin();
        Waits(run, "base");
        Ask(run, "embed");
        _bench.Ledger.OpenAllGates(run);
        _bench.Do("base");
        _bench.Do("embed");
        Hear();
        Waits(run, "embed");
        _front.Stale.UnionWith([Id("base"), Id("embed")]);
        Assert.Equal(0, await Pass());
        Assert.Null(_runs.FindRequest(Id("base")));
        Assert.Empty(_runs.Undelivered());
    }

    [Fact]
    public async Task WhoWaitsForTheLedgerOrForWhatIsNotThereFindsThatOutItself()
    {
        var run = Begin();
        Ask(run, "base");
        Assert.True(_runs.Withdraw(Id("base")));
        Waits(run, "base");
        Waits(run, "no-such-stage");
        _front.Waits.Add(new FrontWait(Id("ledger"), Owner, Ask: null));
        Assert.Equal(3, await Pass());
        Assert.Equal([Id("base"), Id("no-such-stage"), Id("ledger")], _front.Resumed);
        Assert.Equal(RequestState.Withdrawn, _runs.FindRequest(Id("base"))!.State);
    }

    [Theory]
    [InlineData(OwnerState.Unknown)]
    [InlineData(OwnerState.Finished)]
    [InlineData(OwnerState.Cancelled)]
    public async Task RequestsWhoseOwnerIsGoneAreWithdrawnAndThoseOfOtherFrontsLeftAlone(OwnerState state)
    {
        var run = Begin(owner: "another");
        _front.Owners["another"] = OwnerState.Running;
        _front.Owners[Owner] = state;
        Ask(run, "base");
        Ask(run, "base", front: "elsewhere");
        Assert.Equal(1, await Pass());
        Assert.Equal(RequestState.Withdrawn, _runs.FindRequest(Id("base"))!.State);
        Assert.Equal(RequestState.Open, _runs.FindRequest(RequestName.Of("elsewhere", Owner, "base"))!.State);
        Assert.Equal(RunState.Running, _runs.FindSummary(run)!.State);
    }

    [Fact]
    public async Task WhatSomebodyHasToDoSomethingAboutIsToldAndShutGatesAreNot()
    {
        var run = Begin();
        Ask(run, "base");
        Assert.Equal(0, await Pass());
        var (owner, text) = Assert.Single(_front.Told);
        Assert.Equal(Owner, owner);
        Assert.Contains("base", text, StringComparison.Ordinal);
        Assert.Contains("'cpu'", text, StringComparison.Ordinal);
        Assert.DoesNotContain("gate", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneThatCannotBeLookedAtHoldsUpNoOther()
    {
        var run = Begin();
        _front.Broken.Add("broken");
        _front.Waits.Add(new FrontWait(RequestName.Of("front", "broken", "x"), "broken", Ask: null));
        Waits(run, "base");
        Assert.Equal(1, await Pass());
        Assert.Contains("'broken'", Assert.Single(_reports), StringComparison.Ordinal);
    }

    private Task<int> Pass() => _audit.PassAsync(_front, Stop);

    private static string Id(string what) => RequestName.Of("front", Owner, what);

    private string Begin(string owner = Owner)
    {
        StageGraph graph = Plans.Graph(Plans.Node("base"), Plans.Node("embed", "base"));
        return _runs.Start(Plans.Submission(graph, RequestName.OfRun("front", owner)) with { Gated = true, Id = owner }).Run;
    }

    private void Waits(string run, string stage) => _front.Waits.Add(new FrontWait(Id(stage), Owner, runs => runs.OpenGate(Gate(run, stage, "front"))));

    private void Ask(string run, string stage, string front = "front") => _runs.OpenGate(Gate(run, stage, front));

    private static GateRequest Gate(string run, string stage, string front) =>
        new() { Run = run, Stage = stage, RequestId = RequestName.Of(front, Owner, stage), Listener = front };

    private void Hear()
    {
        var ends = _bench.Sql.Take(new OutboxRequest { Listener = "front", Holder = "h", AtMost = 10, Hold = TimeSpan.FromSeconds(30), SetAsideAfter = 3 });
        _bench.Sql.Acknowledge([.. ends.Select(e => e.Delivery)]);
    }
}
