using System.Diagnostics;
using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.TestHost.Bodies;
using DnC.Workflow.Runtime.Tests.Postgres;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>No-op stages through PostgreSQL: how many a second is told, that rings stay few is held.</summary>
public sealed class WorkerThroughputTests(ITestOutputHelper output)
{
    private const int Stages = 400;

    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public async Task One_ring_is_for_many_stages_whether_they_come_at_once_or_one_by_one(int workers, bool chains)
    {
        var connection = PostgresFixture.CreateDatabase();
        await using var bench = new WorkerBench(connection);
        for (var i = 0; i < workers; i++)
            bench.Start($"worker {i}");
        await bench.Ended(bench.Submit(Stage("warm")));
        var before = Rings();
        var clock = Stopwatch.StartNew();
        var run = bench.Submit([.. Enumerable.Range(0, Stages).Select(i => chains && i >= 10 ? Stage($"s[{i}]", $"s[{i - 10}]") : Stage($"s[{i}]"))]);
        Assert.Equal(RunState.Succeeded, await bench.Ended(run));
        var events = bench.Ledger.Events(run);
        var seconds = (events[^1].At - events.First(e => e.Event == StageEvent.Claimed).At).TotalSeconds;
        var rings = Rings() - before;
        output.WriteLine($"{workers} workers of 2 slots, {(chains ? "ten chains" : "all at once")}: {Stages / seconds:0} stages/s, {rings} rings, {clock.Elapsed.TotalSeconds:0.0} s in all");
        Assert.InRange(rings, 0, Stages / 2);
        Assert.Empty(bench.Reports);

        long Rings() => PostgresServer.Scalar<long>(connection, $"SELECT last_value FROM {PostgresTransport.Schema}.job_id_seq");
    }

    private static StageNode Stage(string name, params string[] inputs) =>
        EngineProcess.Stage(name, "noop", new NoOp.Settings(null, name)) with { Inputs = [.. inputs.Select(i => new StageInput(i, i, "none"))] };
}
