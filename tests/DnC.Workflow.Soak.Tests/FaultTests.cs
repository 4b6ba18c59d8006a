using DnC.Workflow.Soak.Tests.Bench;
using DnC.Workflow.Soak.Tests.Faults;
using DnC.Workflow.Soak.Tests.Fleet;
using DnC.Workflow.Soak.Tests.History;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;

namespace DnC.Workflow.Soak.Tests;

/// <summary>
/// Runs of a quick graph under random faults end as if nothing had happened, every other one of them gated and paced by processes that meet
/// faults too: held against the history of each. What is left in the store then is what the collector deletes. DNC_SOAK_RUNS and
/// DNC_SOAK_SEED say how many, and which faults.
/// </summary>
public sealed class FaultTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int InFlight = 4;
    private const int Experts = 4;
    private readonly SoakBench _bench = new();
    private readonly List<(string Id, StageGraph Graph)> _runs = [];
    private readonly List<PlannedFault> _made = [];
    private volatile bool _over;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Every_run_ends_as_if_nothing_had_happened()
    {
        var (seed, cancel) = (SoakSettings.Seed, TestContext.Current.CancellationToken);
        var kinds = Enum.GetValues<FaultKind>().Where(k => k != FaultKind.WrongClock).ToList();
        if (_bench.UseSmallDisk(24 + SoakSettings.Runs) is { } noDisk)
        {
            output.WriteLine($"left out: {FaultKind.DiskFull}: {noDisk}");
            kinds.Remove(FaultKind.DiskFull);
        }

        _bench.StartWorker("one");
        _bench.StartWorker("two");
        _bench.StartPacer("a pacer");
        _bench.StartPacer("another pacer");
        var clock = WrongClock.Environment(hours: 5);
        if (clock is null)
            output.WriteLine($"left out: {FaultKind.WrongClock}: no libfaketime (Debian package 'faketime')");
        var third = _bench.StartWorker("three", environment: clock);

        var injector = new FaultInjector(_bench, TimeSpan.FromSeconds(SoakSettings.IsLong ? 60 : 4), () => _over);
        try
        {
            var faults = Inject(injector, FaultPlan.Of(seed, kinds), cancel);
            await Run(() => kinds.All(injector.Made.ContainsKey) || faults.IsCompleted, seed);
            _over = true;
            await faults;
        }
        finally
        {
            output.WriteLine($"seed {seed}, faults made: {string.Join(", ", _made)}");
        }

        await _bench.StopWorkers();
        var histories = HistoryReader.Read(_bench, _runs.Select(r => r.Id));
        output.WriteLine($"faults: {string.Join(", ", injector.Made.OrderBy(m => m.Key).Select(m => $"{m.Key} {m.Value}"))}"
            + (clock is null ? "" : $", {FaultKind.WrongClock} {third.Starts}"));
        output.WriteLine(Figures.Of(histories).ToString());
        output.WriteLine(GateFigures.Of(histories).ToString());

        var broken = histories.Zip(_runs).SelectMany(h => HistoryChecker.Check(h.First, new ExpectedRun(h.Second.Graph)).Select(b => $"{h.First.Run} {b}"));
        Findings.None(broken);
        Assert.All(histories, h => Assert.Equal(RunState.Succeeded, h.State));
        Findings.None(Leftovers.Find(_bench));
        Assert.All(_bench.Workers.Concat(_bench.Pacers), w => Assert.Equal(0, w.LastExit));
        Assert.True(clock is null || third.Points > 0, "the worker with the wrong clock did nothing");

        var (orphans, wrong) = Orphans.Of(_bench.Store.List().Select(s => s.Location), histories);
        output.WriteLine($"{orphans.Values.Sum()} locations of the store are nobody's: {string.Join("; ", orphans.Select(o => $"{o.Value} {o.Key}"))}");
        Findings.None(wrong);
        Findings.None(new CollectorCheck(_bench, _runs.ToDictionary(r => r.Id, r => r.Graph, StringComparer.Ordinal)).Check(histories, output.WriteLine));
    }

    /// <summary>Submits and awaits: some runs in flight at a time, every fifth of the same keys as the one before, every other one gated.</summary>
    private async Task Run(Func<bool> hasMetAll, int seed)
    {
        var (quick, draws) = (new QuickGraph(_bench.Journal), new Random(seed));
        var open = new HashSet<Task>();
        while (_runs.Count < SoakSettings.Runs || !hasMetAll())
        {
            var number = _runs.Count;
            var graph = number % 5 == 4 ? _runs[^1].Graph : quick.Method($"run {number}", Experts, draws);
            var id = await _bench.Submit($"request {number}", graph, gated: number % 2 == 1);
            _runs.Add((id, graph));
            open.Add(_bench.Ended(id));
            if (open.Count >= InFlight)
            {
                var ended = await Task.WhenAny(open);
                open.Remove(ended);
                await ended;
            }
        }

        await Task.WhenAll(open);
    }

    private async Task Inject(FaultInjector injector, IEnumerable<PlannedFault> plan, CancellationToken cancel)
    {
        foreach (var fault in plan)
        {
            var at = _bench.Points + fault.After;
            await Wait.Until(() => _over || _bench.Points >= at, cancel);
            if (_over)
                return;
            _made.Add(fault);
            await injector.Make(fault.Kind, fault.Target, cancel);
        }
    }
}
