using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Tests.Execute;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Hangfire;

namespace DnC.Workflow.Runtime.Tests.Claim;

/// <summary>Rings through the real Hangfire.InMemory to a job over a scripted ledger.</summary>
public sealed class HangfireDoorbellTests : IDisposable
{
    private static readonly Dictionary<string, int> Slots = new() { ["cpu"] = 2, ["gpu-80g"] = 1 };

    private readonly TestFolder _folder = new();
    private readonly ScriptedLedger _ledger = new();
    private readonly ConcurrentQueue<(string What, Exception Error)> _reports = new();
    private readonly RunningAttempts _running = new(Slots);
    private readonly SemaphoreSlim _drained = new(0);
    private readonly HangfireDoorbell _bell;
    private readonly Heartbeats _heartbeats;
    private readonly StageJob _job;
    private Func<StageContext, StageResult> _body = _ => LambdaBody.Nothing;

    public HangfireDoorbellTests()
    {
        _bell = new HangfireDoorbell(InMemoryTransport.Open(), resource => Slots.GetValueOrDefault(resource), Report);
        _heartbeats = new Heartbeats(_ledger, new LeaseSettings(), TimeProvider.System, Report);
        var runner = new StageRunner(new StageRunnerParts
        {
            Ledger = _ledger,
            Store = new FolderStore(_folder.At("artifacts")),
            Host = new InProcessHost([new LambdaBody(context => _body(context))]),
            Heartbeats = _heartbeats,
            Write = new PersistentWrite(new ImpatientTime(), new LeaseSettings(), Report),
            Time = TimeProvider.System,
            WorkRoot = _folder.At("work"),
            Threads = _ => 1,
        });
        _job = new StageJob(
            _ledger,
            resource => new ClaimRequest { Resource = resource, Worker = "w", Executors = new Dictionary<string, int>(), IsPresent = _ => true },
            runner,
            _running,
            health: null,
            TimeProvider.System,
            () => _drained.Release(),
            Report);
    }

    public void Dispose()
    {
        _heartbeats.Dispose();
        _bell.Dispose();
        _drained.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void One_ring_is_enough_for_all_that_is_ready()
    {
        for (var i = 1; i <= 50; i++)
            _ledger.Claims.Enqueue(RunnerFixture.Claim(attempt: i));
        using var server = Listen("cpu");
        _bell.Ring("cpu");
        _drained.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(50, _ledger.Calls.Count(c => c == "complete base"));
        Assert.Empty(_reports);
    }

    [Fact]
    public void Hardly_more_rings_wait_than_can_be_heard_and_each_class_has_its_own()
    {
        for (var i = 0; i < 100; i++)
        {
            _bell.Ring("cpu");
            _bell.Ring("gpu-80g");
            _bell.Ring("gpu-of-nobody");
        }

        // One more than can be heard: the first is rung before they are counted.
        Assert.Equal((3, 2, 1), (_bell.Pending("cpu"), _bell.Pending("gpu-80g"), _bell.Pending("gpu-of-nobody")));
        using var server = Listen("gpu-80g");
        _drained.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(["claim gpu-80g"], _ledger.Calls.Distinct());
        Assert.Equal(3, _bell.Pending("cpu"));
    }

    [Fact]
    public void A_ring_whose_job_throws_is_reported_not_retried_and_the_next_is_heard()
    {
        _ledger.Before = call => throw (call.StartsWith("claim", StringComparison.Ordinal) ? new InvalidOperationException("a defect") : new DatabaseAway());
        using var reported = new SemaphoreSlim(0);
        _onReport = () => reported.Release();
        using var server = Listen("cpu");
        for (var i = 0; i < 3; i++)
        {
            _bell.Ring("cpu");
            reported.Wait(TestContext.Current.CancellationToken);
        }

        _ledger.Before = _ => { };
        _bell.Ring("cpu");
        _drained.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(4, _ledger.Calls.Count);
        Assert.All(_reports, r => Assert.Equal(("serving 'cpu'", "a defect"), (r.What, r.Error.Message)));
    }

    [Fact]
    public void A_database_that_is_away_ends_the_job_and_leaves_the_rest_to_the_reconciler()
    {
        _ledger.Before = _ => throw new DatabaseAway();
        _job.Serve("cpu");
        Assert.IsType<DatabaseAway>(Assert.Single(_reports).Error);
        Assert.Single(_ledger.Calls);
    }

    [Fact]
    public void A_server_that_listens_twice_runs_no_more_than_its_slots()
    {
        // What Hangfire does once its server's row was removed: it starts all its threads again beside those that are at work.
        var (now, most) = (0, 0);
        using var open = new ManualResetEventSlim();
        using var begun = new SemaphoreSlim(0);
        var counting = new Lock();
        _body = _ =>
        {
            lock (counting)
                most = Math.Max(most, ++now);
            begun.Release();
            open.Wait(TestContext.Current.CancellationToken);
            lock (counting)
                now--;
            return LambdaBody.Nothing;
        };
        for (var i = 1; i <= 20; i++)
        {
            var claim = RunnerFixture.Claim();
            _ledger.Claims.Enqueue(claim with { Node = claim.Node with { Name = $"s{i}" } });
        }

        using var first = Listen("cpu");
        using var second = Listen("cpu");
        for (var slot = 0; slot < Slots["cpu"]; slot++)
        {
            _bell.Ring("cpu");
            begun.Wait(TestContext.Current.CancellationToken);
        }

        _bell.Ring("cpu");
        SpinWait.SpinUntil(() => _bell.Pending("cpu") == 0);
        open.Set();
        _drained.Wait(TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => _ledger.Calls.Count(c => c.StartsWith("complete", StringComparison.Ordinal)) == 20);
        Assert.Equal(Slots["cpu"], most);
    }

    [Fact]
    public void Once_the_engine_is_stopping_nothing_more_is_claimed()
    {
        for (var i = 1; i <= 5; i++)
            _ledger.Claims.Enqueue(RunnerFixture.Claim(attempt: i));
        _body = _ =>
        {
            _running.Stop();
            throw new StageStopped();
        };
        _job.Serve("cpu");
        Assert.Equal(["claim cpu", "release base: engine stopping: stopped on request"], _ledger.Calls);
        Assert.True(_running.Idle.IsCompletedSuccessfully);
    }

    private Action _onReport = () => { };

    private BackgroundJobServer Listen(string resource) => _bell.Listen(resource, Slots[resource], _job, TimeSpan.FromSeconds(1));

    private void Report(string what, Exception error)
    {
        _reports.Enqueue((what, error));
        _onReport();
    }
}
