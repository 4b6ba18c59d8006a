using DnC.Workflow.Soak.Tests.Bench;
using DnC.Workflow.Soak.Tests.History;
using DnC.Workflow.Stages.Lifecycle;

namespace DnC.Workflow.Soak.Tests;

/// <summary>PostgreSQL crashes again and again under many stages: all complete. Long: 5,000 stages, a restart every 5 to 40 s.</summary>
public sealed class RestartTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Restarts = 3;
    private static readonly int s_stages = SoakSettings.IsLong ? 5_000 : 300;
    private readonly SoakBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task All_stages_complete()
    {
        var cancel = TestContext.Current.CancellationToken;
        foreach (var name in (string[])["one", "two", "three"])
            _bench.StartWorker(name, slots: 4, inProcess: true);
        var quick = new QuickGraph(_bench.Journal);
        var graph = quick.Apart(s_stages, i => quick.Quick($"{i}", milliseconds: SoakSettings.IsLong ? 100 : 20));
        var run = await _bench.Submit("the run", graph);
        var ended = _bench.Ended(run);
        var (made, draws) = (0, new Random(SoakSettings.Seed));
        while (!ended.IsCompleted && (SoakSettings.IsLong || made < Restarts))
        {
            // In the short form by what is done, so that every restart falls into the run; else at moments of the seed.
            if (SoakSettings.IsLong)
            {
                var next = Wait.Lasting(TimeSpan.FromSeconds(draws.Next(5, 41)), cancel);
                if (await Task.WhenAny(ended, next) == ended)
                    break;
            }
            else
            {
                var share = (made + 1) * s_stages / (Restarts + 1);
                await Wait.Until(() => _bench.Count("SELECT COUNT(*) FROM dnc.stage WHERE state = 'succeeded'") >= share, cancel);
            }

            _bench.Server.RestartImmediately();
            made++;
        }

        Assert.Equal(RunState.Succeeded, await ended);
        await _bench.StopWorkers();
        var history = Assert.Single(HistoryReader.Read(_bench, [run]));
        output.WriteLine($"{made} restarts. {Figures.Of([history])}");
        Findings.None(HistoryChecker.Check(history, new ExpectedRun(graph)));
        Findings.None(Leftovers.Find(_bench));
    }
}
