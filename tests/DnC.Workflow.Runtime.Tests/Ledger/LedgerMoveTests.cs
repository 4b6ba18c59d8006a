using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Lifecycle;
using Microsoft.Extensions.Time.Testing;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>A move that the table lacks cannot be made, by anyone.</summary>
public sealed class LedgerMoveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-move-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EveryMoveOutsideTheTableIsRefusedAndLeavesNoTrace()
    {
        var file = Path.Combine(_folder, "ledger.db");
        using var bench = new LedgerBench(parts => SqlLedger.Open(file, parts));
        var run = bench.Submit(Plans.Graph(Plans.Node("a")));
        using var dialect = SqliteDialect.Open(file, new FakeTimeProvider());
        var events = bench.Ledger.Events(run).Count;
        var refused = 0;
        foreach (var from in Enum.GetValues<StageState>())
        {
            foreach (var happened in Enum.GetValues<StageEvent>())
            {
                foreach (var to in Enum.GetValues<StageState>())
                {
                    foreach (var by in Enum.GetValues<Actor>().Where(by => Transitions.Find(from, happened, to, by) is null))
                    {
                        using var transaction = dialect.BeginWrite();
                        var stage = transaction.FindStage(run, "a")!;
                        stage.State = from;
                        Assert.Throws<InvalidOperationException>(() => transaction.Move(stage, happened, to, by));
                        transaction.Commit();
                        refused++;
                    }
                }
            }
        }

        Assert.Equal((8 * Enum.GetValues<StageEvent>().Length * 8 * 5) - Transitions.All.Count, refused);
        Assert.Equal(events, bench.Ledger.Events(run).Count);
        Assert.Equal(StageState.Ready, bench.State(run, "a"));
    }

    [Fact]
    public void AStageThatMovedSinceItWasReadIsNotWritten()
    {
        var file = Path.Combine(_folder, "ledger.db");
        using var bench = new LedgerBench(parts => SqlLedger.Open(file, parts));
        var run = bench.Submit(Plans.Graph(Plans.Node("a")));
        using var dialect = SqliteDialect.Open(file, new FakeTimeProvider());
        StageRow old;
        using (var reading = dialect.BeginRead())
            old = reading.FindStage(run, "a")!;
        bench.Ledger.Release(bench.Claim().Ticket, "moved");
        using var transaction = dialect.BeginWrite();
        Assert.Throws<InvalidOperationException>(() => transaction.Move(old, StageEvent.RunCancelled, StageState.Cancelled, Actor.RunService));
    }
}
