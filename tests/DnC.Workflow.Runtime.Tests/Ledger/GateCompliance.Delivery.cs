using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Notify;
using DnC.Workflow.Runtime.Tests.Notify;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

public abstract partial class GateCompliance
{
    private static readonly OutboxSettings Times = new() { SetAsideAfter = 100 };

    [Fact]
    public async Task AHundredAndTwentyEndsAtOnceReachAFlakyListenerOnceEach()
    {
        // Every end of the middle is committed before any of them is told; each is refused up to twice.
        var run = Gated(Plans.Fan(120));
        Ask(run, "base");
        Bench.Do("base");
        for (var i = 0; i < 120; i++)
            Ask(run, $"work[{i}]");
        for (var i = 0; i < 120; i++)
            Bench.Do($"work[{i}]");
        var listener = new FlakyListener
        {
            Does = (end, _) => end.Try <= end.Delivery % 3 ? throw new InvalidOperationException("not now") : Task.CompletedTask,
        };
        var dispatcher = Dispatcher(Ledger, "h1", listener);
        for (var rounds = 0; Ledger.Undelivered().Count > 0; rounds++)
        {
            Assert.InRange(rounds, 0, 1_000);
            await dispatcher.DrainAsync();
            Bench.Clock.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.Equal(["ask base", .. Enumerable.Range(0, 120).Select(i => $"ask work[{i}]")], listener.Taken.Select(e => e.RequestId));
        Assert.Equal(1, listener.Most); // one run: one after the other
        Assert.Equal(121 + listener.Taken.Sum(e => e.Delivery % 3), listener.Told.Count);
        Assert.All(listener.Told, e => Assert.InRange(e.Try, 1, 3));
        Assert.Empty(Ledger.OpenRequests());
    }

    [Fact]
    public async Task TwoDispatchersNeverTellTheSameAtTheSameMoment()
    {
        for (var r = 0; r < 12; r++)
        {
            var run = Gated(Plans.Graph([.. Enumerable.Range(0, 10).Select(i => Plans.Node($"r{r}s{i}"))]), $"{r}");
            for (var i = 0; i < 10; i++)
            {
                Ask(run, $"r{r}s{i}", $"ask {r}.{i}");
                Bench.Do($"r{r}s{i}");
            }
        }

        var now = new ConcurrentDictionary<string, long>();
        var clashes = 0;
        async Task Tell(StageEnd end, CancellationToken stop)
        {
            // One run is one dispatcher's at a time, and so is each of its ends.
            if (!now.TryAdd(end.Run, end.Delivery))
                Interlocked.Increment(ref clashes);
            await Task.Yield();
            now.TryRemove(end.Run, out _);
            if (end.Try == 1 && end.Delivery % 4 == 0)
                throw new InvalidOperationException("not now");
        }

        FlakyListener[] listeners = [new() { Does = Tell }, new() { Does = Tell }];
        using var second = Open(Bench.Parts());
        OutboxDispatcher[] dispatchers = [Dispatcher(Ledger, "h1", listeners[0]), Dispatcher(second, "h2", listeners[1])];
        for (var rounds = 0; Ledger.Undelivered().Count > 0; rounds++)
        {
            Assert.InRange(rounds, 0, 1_000);
            await Task.WhenAll(dispatchers.Select(d => Task.Run(d.DrainAsync)));
            Bench.Clock.Advance(TimeSpan.FromSeconds(3));
        }

        Assert.Equal(0, clashes);
        var taken = listeners.SelectMany(l => l.Taken).ToArray();
        Assert.Equal(120, taken.Length);
        Assert.Equal(120, taken.Select(e => e.RequestId).Distinct().Count());
    }

    [Fact]
    public async Task AnEndThatNobodyHeardBeforeTheProcessDiedIsHeardByTheNext()
    {
        Ended("a", "b");
        var claimed = new FlakyListener { Does = (_, stop) => Task.Delay(Timeout.Infinite, stop) };
        await using (var dies = Dispatcher(Ledger, "h1", claimed))
        {
            dies.Start();
            for (var i = 0; claimed.Told.IsEmpty && i < 10_000_000; i++)
                await Task.Yield();
        } // its listener is stopped, and what it was told is given back

        var next = new FlakyListener();
        using var ledger = Open(Bench.Parts());
        var dispatcher = Dispatcher(ledger, "h2", next);
        await dispatcher.DrainAsync();
        Bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await dispatcher.DrainAsync();
        Assert.Equal(["ask a", "ask b"], next.Taken.Select(e => e.RequestId));
        Assert.Equal(["ask a"], claimed.Told.Select(e => e.RequestId));
        Assert.Empty(Ledger.Undelivered());
    }

    private OutboxDispatcher Dispatcher(SqlLedger ledger, string holder, params IStageEndListener[] listeners) =>
        new(ledger, listeners, Times, holder, Bench.Clock, () => 0.5, (what, error) => Assert.Fail($"{what}: {error}"));
}
