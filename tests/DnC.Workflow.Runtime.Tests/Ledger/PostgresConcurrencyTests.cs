using System.Collections.Concurrent;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Tests.Postgres;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Plan;
using Npgsql;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>What SQLite's one writer gives for free has to hold between engines that share a PostgreSQL database.</summary>
public sealed class PostgresConcurrencyTests
{
    private readonly string _connection = PostgresFixture.CreateDatabase();

    [Fact]
    public void ManyEnginesClaimEachStageOnceAndAFanInLosesNobody()
    {
        using var crowd = new Crowd(8, Open);
        var runs = Enumerable.Range(0, 3).Select(i => crowd.First.Submit(Plans.Submission(Plans.Fan(60), $"{i}") with { NoCache = true, Priority = i % 2 })).ToArray();
        var claimed = new ConcurrentBag<(string Run, string Stage)>();
        crowd.Each((ledger, i) =>
        {
            while (Array.Exists(runs, r => ledger.Find(r)!.Summary.State == RunState.Running))
            {
                while (Crowd.Claim(ledger, $"w{i}") is { } claim)
                {
                    claimed.Add((claim.Ticket.Run, claim.Ticket.Stage));
                    Assert.True(ledger.Complete(claim.Ticket, LedgerBench.OutputOf(claim, "same"), Plans.Result()));
                }
            }
        });
        Assert.Equal(3 * 62, claimed.Count);
        Assert.Equal(3 * 62, claimed.Distinct().Count());
        foreach (var run in runs)
        {
            Assert.Equal(RunState.Succeeded, crowd.First.Find(run)!.Summary.State);
            LedgerCompliance.AssertHistory(crowd.First, run);
        }

        Assert.Equal(0, Crowd.Audit(_connection));
    }

    [Fact]
    public void AMigrationUnderLoadCostsNoClaim()
    {
        using var crowd = new Crowd(4, Open);
        var run = crowd.First.Submit(Plans.Submission(Plans.Fan(200)) with { NoCache = true });

        // As before the last two migrations, of which one changes the table of claims.
        PostgresServer.Execute(
            _connection, "DELETE FROM dnc.schema_version WHERE scriptname >= '0012'; ALTER TABLE dnc.worker DROP COLUMN ailment; ALTER TABLE dnc.claim DROP COLUMN moved_at");
        var (claimed, upgraded) = (0, 0);
        crowd.Each((ledger, i) =>
        {
            while (ledger.FindSummary(run)!.State == RunState.Running)
            {
                if (Crowd.Claim(ledger, $"w{i}") is not { } claim)
                    continue;

                // The heartbeat of a program that does not know the new column.
                PostgresServer.Execute(_connection, $"UPDATE dnc.claim SET lease_until = lease_until + 1000 WHERE fence = {claim.Ticket.Fence}");
                if (Interlocked.Increment(ref claimed) % 40 == 0)
                {
                    using var newer = Open();
                    Interlocked.Increment(ref upgraded);
                }

                Assert.True(ledger.Complete(claim.Ticket, LedgerBench.OutputOf(claim, "same"), Plans.Result()));
            }
        });
        Assert.Equal((202, 5), (claimed, upgraded));
        Assert.Equal(RunState.Succeeded, crowd.First.Find(run)!.Summary.State);
        Assert.All(crowd.First.Attempts(run), a => Assert.Equal((1, StageEvent.Completed), (a.Number, a.Outcome)));
        LedgerCompliance.AssertHistory(crowd.First, run);
        Assert.Equal(0, Crowd.Audit(_connection));
    }

    [Fact]
    public void ALimitHoldsExactlyHoweverManyClaim()
    {
        using var crowd = new Crowd(8, Open);
        var run = crowd.First.Submit(Plans.Submission(Plans.Fan(60)) with { MaxConcurrent = 3 });
        var (running, most) = (0, 0);
        var gate = new Lock();
        crowd.Each((ledger, i) =>
        {
            while (ledger.Find(run)!.Summary.State == RunState.Running)
            {
                if (Crowd.Claim(ledger, $"w{i}") is not { } claim)
                    continue;
                lock (gate)
                    most = Math.Max(most, ++running);
                // Counted while each holds its claim: looking at the run takes a while.
                Assert.InRange(ledger.Find(run)!.Stages.Count(s => s.State == StageState.Running), 1, 3);
                lock (gate)
                    running--;
                ledger.Complete(claim.Ticket, LedgerBench.OutputOf(claim, "same"), Plans.Result());
            }
        });
        Assert.InRange(most, 1, 3);
        Assert.Equal(RunState.Succeeded, crowd.First.Find(run)!.Summary.State);
    }

    [Fact]
    public void OfTheSameWorkInManyRunsEachPieceIsDoneOnce()
    {
        using var crowd = new Crowd(6, Open);
        var runs = Enumerable.Range(0, 6).Select(i => crowd.First.Submit(Plans.Submission(Plans.Fan(20), $"{i}"))).ToArray();
        var keys = new ConcurrentBag<string>();
        crowd.Each((ledger, i) =>
        {
            while (Array.Exists(runs, r => ledger.Find(r)!.Summary.State == RunState.Running))
            {
                if (Crowd.Claim(ledger, $"w{i}") is { } claim)
                {
                    keys.Add(claim.Key);
                    ledger.Complete(claim.Ticket, LedgerBench.OutputOf(claim, "same"), Plans.Result());
                }
            }
        });
        Assert.Equal(22, keys.Count);
        Assert.Equal(22, keys.Distinct().Count());
        Assert.Equal(5 * 22, runs.Sum(r => crowd.First.Find(r)!.Stages.Count(s => s.State == StageState.Reused)));
        Assert.Equal(0, Crowd.Audit(_connection));
    }

    [Fact]
    public void WhoeverAsksForTheSameRunAtOnceGetsTheSame()
    {
        using var crowd = new Crowd(8, Open);
        var ids = new ConcurrentBag<string>();
        crowd.Each((ledger, _) =>
        {
            for (var i = 0; i < 10; i++)
                ids.Add(ledger.Submit(Plans.Submission(Plans.Fan(5), $"request {i}")));
        });
        Assert.Equal(10, ids.Distinct().Count());
        Assert.Equal(10, crowd.First.List().Count);
    }

    [Fact]
    public void AStaleCheckpointIsRefusedWhileItsClaimIsBeingTakenBack()
    {
        using var crowd = new Crowd(2, Open);
        var run = crowd.First.Submit(Plans.Submission(Plans.Graph(Plans.Node("a"))));
        for (var i = 0; i < 4; i++)
        {
            var claim = Crowd.Claim(crowd.First, "w")!;
            var taken = false;
            crowd.Each((ledger, thread) =>
            {
                if (thread == 0)
                    ledger.Release(claim.Ticket, "stopped");
                else
                    taken = ledger.Checkpoint(claim.Ticket, new Stages.Ports.CheckpointRef($"c{i}", i + 1));
            });
            var next = Crowd.Claim(crowd.First, "w")!;
            Assert.Equal(taken ? $"c{i}" : claim.Resume?.Location, next.Resume?.Location);
            Assert.True(crowd.First.Checkpoint(next.Ticket, new Stages.Ports.CheckpointRef($"c{i}", i + 1)));
            Assert.True(crowd.First.Release(next.Ticket, "stopped"));
        }

        Assert.Equal(StageState.Ready, crowd.First.Find(run)!.Stages[0].State);
    }

    [Fact]
    public void AResultIsNotLeftToARunThatIsBeingForgotten()
    {
        using var ledger = Open();
        var first = ledger.Submit(Plans.Submission(Plans.Graph(Plans.Node("a")), "first"));
        var claim = Crowd.Claim(ledger, "w")!;
        Assert.True(ledger.Complete(claim.Ticket, LedgerBench.OutputOf(claim, "same"), Plans.Result()));
        var heir = ledger.Submit(Plans.Submission(Plans.Graph(Plans.Node("a")), "second"));
        Assert.Null(Crowd.Claim(ledger, "w"));
        Assert.Equal(StageState.Reused, ledger.Find(heir)!.Stages[0].State);

        // As forgetting the heir would hold it.
        using (var other = new NpgsqlConnection(_connection))
        {
            other.Open();
            using var transaction = other.BeginTransaction();
            using var hold = new NpgsqlCommand("SELECT 1 FROM dnc.run WHERE id = @heir FOR NO KEY UPDATE", other, transaction) { Parameters = { new("heir", heir) } };
            hold.ExecuteScalar();
            Assert.True(ledger.Forget(first));
        }

        Assert.Null(ledger.FindResult(claim.Key));
        Assert.True(ledger.References([]).Needs(ledger.Find(heir)!.Stages[0].Output!.Location));
    }

    private SqlLedger Open() => SqlLedger.OpenPostgres(_connection, Crowd.Parts());
}
