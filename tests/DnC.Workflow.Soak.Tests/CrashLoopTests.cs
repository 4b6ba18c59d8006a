using DnC.Workflow.Soak.Tests.Bench;
using DnC.Workflow.Soak.Tests.History;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Soak.Tests;

/// <summary>
/// A stage whose process dies each time, or takes its worker along each time, stops at its bound and the run says why; its siblings finish;
/// done again once it is mended, the run completes.
/// </summary>
public sealed class CrashLoopTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const string Culprit = "expert[1]";
    private readonly SoakBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("abort", 3, "expert[1]")]
    [InlineData("worker", 5, "Poison: 5 attempts in a row were lost")]
    public async Task It_stops_at_its_bound_and_a_rerun_completes_the_run(string how, int attempts, string says)
    {
        var bug = _bench.Folder.At("bug");
        await File.WriteAllTextAsync(bug, "", TestContext.Current.CancellationToken);
        var quick = new QuickGraph(_bench.Journal);
        var graph = quick.FanIn(4, i => quick.Quick($"{i}") with { Crash = i == 1 ? how : null, CrashWhile = bug });

        // Long: no loss but those of the loop may be counted. Who comes back to its folder needs no lease to take its stages back.
        _bench.Lease = _bench.Lease with { Lease = TimeSpan.FromSeconds(30) };

        // One slot, so that a dying worker takes nothing else along, whose budget is no larger.
        _bench.StartWorker("one", slots: 1);
        _bench.StartWorker("two", slots: 1);
        var run = await _bench.Submit("the run", graph, new RetryPolicy { FirstDelay = TimeSpan.FromMilliseconds(20) });
        Assert.Equal(RunState.Failed, await _bench.Ended(run));
        var failed = _bench.Ledger.Find(run)!;
        var culprit = failed.Stages.Single(s => s.Node.Name == Culprit);
        output.WriteLine(culprit.Error ?? "");
        Assert.Equal((StageState.Failed, attempts), (culprit.State, culprit.Attempts));
        Assert.Contains(says, culprit.Error, StringComparison.Ordinal);
        Assert.All(failed.Stages.Where(s => s.Node.Kind == "grow" && s.Node.Index is not (null or 1)), s => Assert.Equal(StageState.Succeeded, s.State));
        Assert.Equal(StageState.Waiting, failed.Stages.Single(s => s.Node.Name == "distill").State);

        File.Delete(bug);
        _bench.Ledger.Rerun(run, Culprit, dryRun: false);
        Assert.Equal(RunState.Succeeded, await _bench.Ended(run));
        await _bench.StopWorkers();
        var history = Assert.Single(HistoryReader.Read(_bench, [run]));
        Findings.None(HistoryChecker.Check(history, new ExpectedRun(graph)));
        Assert.Equal(2, history.Stages.Single(s => s.Name == Culprit).Generation);
        Findings.None(Leftovers.Find(_bench));
    }
}
