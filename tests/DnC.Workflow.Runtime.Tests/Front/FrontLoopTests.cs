using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Runtime.Tests.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Front;

public sealed class FrontLoopTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly LedgerBench _bench;
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly ConcurrentQueue<(string What, string Why)> _reports = new();

    public FrontLoopTests() => _bench = new LedgerBench(parts => SqlLedger.Open(Path.Combine(_folder.Path, "ledger.db"), parts));

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task NeitherALedgerThatIsAwayNorAnAuditThatFailsEndsIt()
    {
        var runs = new RunService(_bench.Ledger);
        var run = runs.Start(Plans.Submission(Plans.Graph(Plans.Node("base"))) with { Gated = true }).Run;
        runs.OpenGate(new GateRequest { Run = run, Stage = "base", RequestId = "ask", Listener = "front" });
        _bench.Do("base");
        int connects = 0, audits = 0;
        var loop = new FrontLoop(new Listener(_heard), Audit, TimeSpan.FromMilliseconds(20), "this-process", TimeProvider.System, () => 0.5, (what, e) => _reports.Enqueue((what, e.Message)));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = loop.RunAsync(Connect, stop.Token);
        while (_heard.IsEmpty || Volatile.Read(ref audits) < 3)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;
        Assert.Equal(3, connects);
        Assert.Equal("ask", Assert.Single(_heard));
        Assert.Equal(RequestState.Delivered, runs.FindRequest("ask")!.State);
        Assert.Equal([("opening the ledger", "away"), ("opening the ledger", "away"), ("the audit of what waits", "pass 1")], _reports);

        IOutbox Connect() => ++connects < 3 ? throw new UserInputException("away") : _bench.Sql;

        Task Audit(CancellationToken _) => Interlocked.Increment(ref audits) == 1 ? throw new InvalidOperationException("pass 1") : Task.CompletedTask;
    }

    [Fact]
    public async Task OneThatIsStoppedBeforeItsLedgerIsThereEnds()
    {
        using var stop = new CancellationTokenSource();
        var loop = new FrontLoop(
            new Listener(_heard), _ => throw new InvalidOperationException("no audit without a ledger"), TimeSpan.FromMinutes(1), "this-process", TimeProvider.System, () => 0.5,
            (what, e) => _reports.Enqueue((what, e.Message)));
        var running = loop.RunAsync(() => throw new UserInputException("away"), stop.Token);
        while (_reports.IsEmpty)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;
        Assert.Equal(("opening the ledger", "away"), Assert.Single(_reports));
    }

    private sealed class Listener(ConcurrentQueue<string> heard) : IStageEndListener
    {
        public string Name => "front";

        public Task HearAsync(StageEnd end, CancellationToken stop)
        {
            heard.Enqueue(end.RequestId);
            return Task.CompletedTask;
        }
    }
}
