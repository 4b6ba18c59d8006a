using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>Workers on a server of their own, which is restarted under them.</summary>
public sealed class WorkerOutageTests : IAsyncDisposable
{
    private const int Restarts = 4;
    private const int Stages = 400;
    private readonly TestFolder _folder = new();
    private readonly PrivatePostgres _server;
    private readonly WorkerBench _bench;

    public WorkerOutageTests()
    {
        if (!PrivatePostgres.Available(out var why))
            Assert.Skip(why);
        _server = PrivatePostgres.Start(_folder.At("postgres"), new PrivatePostgresOptions { Fsync = false });
        _bench = new WorkerBench(_server.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_worker_that_stops_while_the_database_is_away_does_not_say_that_it_told()
    {
        var (one, two) = (_bench.Start("one"), _bench.Start("two"));
        await one.StopAsync();
        Assert.True(one.IsToldOf);
        _server.StopServer();
        await two.StopAsync();
        Assert.False(two.IsToldOf);
        _server.StartServer();
    }

    [Fact]
    public async Task A_server_that_crashes_again_and_again_under_load_costs_nothing()
    {
        using var reached = new SemaphoreSlim(0);
        var done = 0;
        foreach (var name in (string[])["one", "two"])
        {
            _bench.Start(name, passed: (point, _) =>
            {
                if (point == AttemptPoint.Cleared && Interlocked.Increment(ref done) % (Stages / (Restarts + 2)) == 0)
                    reached.Release();
            });
        }

        var run = _bench.Submit([.. Enumerable.Range(0, Stages).Select(i => EngineProcess.Stage($"s[{i}]", "noop", new NoOp.Settings(null, $"{i}")))]);
        for (var i = 0; i < Restarts; i++)
        {
            await reached.WaitAsync(TestContext.Current.CancellationToken);
            _server.RestartImmediately();
        }

        Assert.Equal(RunState.Succeeded, await _bench.Ended(run));
        var completed = _bench.Ledger.Events(run).Where(e => e.Event == StageEvent.Completed).ToList();
        Assert.Equal(Stages, completed.Count);
        Assert.Equal(Stages, completed.DistinctBy(e => e.Stage).Count());
    }
}
