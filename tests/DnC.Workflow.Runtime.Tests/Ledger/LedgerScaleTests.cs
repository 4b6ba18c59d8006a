using System.Diagnostics;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;
using SQLitePCL;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>
/// The work per stage does not depend on how many stages a run has. Measured in instructions of SQLite's virtual machine, which are the
/// same on every machine; the time is printed.
/// </summary>
public sealed class LedgerScaleTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-scale-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheWorkPerStageIsTheSameAt100And1000And10000()
    {
        var warm = Measure(50);
        var small = Measure(100);
        var middle = Measure(1_000);
        var large = Measure(10_000);
        foreach (var m in new[] { warm, small, middle, large })
            output.WriteLine($"{m}");

        // A claim and a completion in the middle of the run: no instruction more for a hundred times the stages.
        AssertNotMore(large.ClaimWork, small.ClaimWork);
        AssertNotMore(large.CompleteWork, small.CompleteWork);
        AssertNotMore(large.HeartbeatWork, small.HeartbeatWork);

        // What is done once for all of them, divided among them: flat, but for the constant part, which weighs on small runs.
        AssertNotMore(large.SubmitWork, small.SubmitWork);
        AssertNotMore(large.FanOutWork, small.FanOutWork);
        AssertNotMore(large.FanInWork, small.FanInWork);

        // No transaction of a stage touches more rows for being one of many.
        Assert.Equal(small.RowsChanged, large.RowsChanged);
    }

    [Fact]
    public void AHistoryIsForgottenABiteATransaction()
    {
        const int width = 2_000;
        using var bench = new LedgerBench(parts => SqlLedger.Open(Path.Combine(_folder, "forget.db"), parts));
        var run = bench.Submit(Plans.Fan(width));
        bench.Do("base");
        for (var i = 0; i < width; i++)
            bench.Complete(bench.Claim());
        bench.Do("join");
        using var meter = new WorkMeter(bench.Sql);
        var commits = new List<long> { meter.RowsChanged };
        raw.sqlite3_commit_hook(bench.Sql.SqliteWriter.Handle, _ =>
        {
            commits.Add(meter.RowsChanged);
            return 0;
        }, null);
        Assert.True(bench.Sql.Forget(run));
        var rows = commits.Zip(commits.Skip(1), (before, after) => after - before).ToList();
        output.WriteLine($"rows deleted: {string.Join(", ", rows)}");

        // Three events a stage and an attempt; then what has to go at once: a result, a stage and two edges each.
        Assert.InRange(rows.Count, 1 + (3 * width / SqlLedger.Bite), 3 + (4 * width / SqlLedger.Bite));
        Assert.All(rows.SkipLast(1), r => Assert.InRange(r, 1, 2 * SqlLedger.Bite));
    }

    // The counter ticks every ten instructions, wherever in a statement that falls.
    private static void AssertNotMore(long large, long small) => Assert.InRange(large, 1, small + (2 * WorkMeter.Grain));

    private Measured Measure(int width)
    {
        using var bench = new LedgerBench(parts => SqlLedger.Open(Path.Combine(_folder, $"{width}.db"), parts));
        using var meter = new WorkMeter(bench.Sql);
        var clock = Stopwatch.StartNew();
        var graph = Plans.Fan(width);
        var planned = clock.Elapsed;
        var submit = meter.Of(() => bench.Submit(graph));
        var run = bench.Ledger.List()[0].Id;
        var submitted = clock.Elapsed;
        var root = bench.Claim("base");
        var fanOut = meter.Of(() => bench.Complete(root));
        var fanned = clock.Elapsed;

        long claimWork = 0, completeWork = 0, heartbeatWork = 0, rows = 0;
        for (var i = 0; i < width; i++)
        {
            // Not the first ones and not the last one, which readies the join.
            if (i != width / 2)
            {
                bench.Complete(bench.Claim());
                continue;
            }

            var before = meter.RowsChanged;
            var claim = bench.Claim();
            bench.Complete(claim);
            rows = meter.RowsChanged - before;
            Stages.Ports.StageClaim? next = null;
            claimWork = meter.Of(() => next = bench.Claim());
            heartbeatWork = meter.Of(() => bench.Ledger.Heartbeat(next!.Ticket, null));
            completeWork = meter.Of(() => bench.Complete(next!));
            i++;
        }

        var worked = clock.Elapsed;
        var fanIn = meter.Of(() => bench.Do("join"));
        Assert.Equal(RunState.Succeeded, bench.RunState(run));
        return new Measured
        {
            Stages = width,
            ClaimWork = claimWork,
            CompleteWork = completeWork,
            HeartbeatWork = heartbeatWork,
            RowsChanged = rows,
            SubmitWork = submit / width,
            FanOutWork = fanOut / width,
            FanInWork = fanIn / width,
            PlanMicroseconds = planned.TotalMicroseconds / width,
            SubmitMicroseconds = (submitted - planned).TotalMicroseconds / width,
            FanOutMicroseconds = (fanned - submitted).TotalMicroseconds / width,
            StageMicroseconds = (worked - fanned).TotalMicroseconds / width,
            JoinMicroseconds = (clock.Elapsed - worked).TotalMicroseconds / width,
        };
    }

    private sealed record Measured
    {
        public int Stages { get; init; }
        public long ClaimWork { get; init; }
        public long CompleteWork { get; init; }
        public long HeartbeatWork { get; init; }
        public long RowsChanged { get; init; }
        public long SubmitWork { get; init; }
        public long FanOutWork { get; init; }
        public long FanInWork { get; init; }
        public double PlanMicroseconds { get; init; }
        public double SubmitMicroseconds { get; init; }
        public double FanOutMicroseconds { get; init; }
        public double StageMicroseconds { get; init; }
        public double JoinMicroseconds { get; init; }

        public override string ToString() => FormattableString.Invariant(
            $"{Stages,6} stages; instructions: claim {ClaimWork}, complete {CompleteWork}, heartbeat {HeartbeatWork}, a stage's submit {SubmitWork}, fan-out {FanOutWork}, fan-in {FanInWork}; rows changed {RowsChanged}; microseconds a stage: plan {PlanMicroseconds:0.0}, submit {SubmitMicroseconds:0}, fan-out {FanOutMicroseconds:0}, claim and complete {StageMicroseconds:0}, join {JoinMicroseconds:0}");
    }
}

/// <summary>Counts the virtual machine's instructions and the changed rows of a ledger's writing connection.</summary>
internal sealed class WorkMeter : IDisposable
{
    public const int Grain = 10;

    private readonly sqlite3 _handle;
    private long _ticks;

    public WorkMeter(SqlLedger ledger)
    {
        _handle = ledger.SqliteWriter.Handle ?? throw new InvalidOperationException("The writer is not open.");
        raw.sqlite3_progress_handler(_handle, Grain, Tick, this);
    }

    /// <summary>Rows changed since the connection was opened.</summary>
    public long RowsChanged => raw.sqlite3_total_changes(_handle);

    /// <summary>Instructions, to the nearest ten.</summary>
    public long Of(Action action)
    {
        var before = _ticks;
        action();
        return Math.Max(1, _ticks - before) * Grain;
    }

    public void Dispose() => raw.sqlite3_progress_handler(_handle, 0, null, null);

    private static int Tick(object meter)
    {
        ((WorkMeter)meter)._ticks++;
        return 0;
    }
}
