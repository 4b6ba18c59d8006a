using System.Collections.Concurrent;
using System.Data.Common;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Runtime.Tests.Postgres;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>Everything at once, from many sides, and a server that goes away in between.</summary>
public sealed class PostgresChaosTests(ITestOutputHelper output)
{
    private static readonly RetryPolicy Patient = new() { MaxFailures = 1_000_000, MaxLossesWithoutProgress = 1_000_000, FirstDelay = TimeSpan.Zero };

    [Fact]
    public void WhateverManyDoAtOnceTheHistoryIsOneOfTheTableAndEveryRunCanEnd()
    {
        var connection = PostgresFixture.CreateDatabase();
        using var crowd = new Crowd(6, () => SqlLedger.OpenPostgres(connection, Crowd.Parts()));
        string[] runs =
        [
            crowd.First.Submit(Plans.Submission(Plans.Clustered(6), "1", Patient)),
            crowd.First.Submit(Plans.Submission(Plans.Fan(8), "2", Patient) with { MaxConcurrent = 3 }),
            crowd.First.Submit(Plans.Submission(Plans.Clustered(6), "3", Patient) with { Priority = 1 }), // the same work as the first
        ];
        var checkpoints = new ConcurrentDictionary<(string Run, string Stage, int Generation, string Key), long>();
        var step = 0L;
        var refused = 0;
        crowd.Each((ledger, i) =>
        {
            var random = new Random(i);
            var held = new List<StageClaim>();
            for (var turn = 0; turn < 250; turn++)
            {
                var run = runs[random.Next(runs.Length)];
                try
                {
                    Turn(ledger, random, held, run, $"w{i}", checkpoints, ref step);
                }
                catch (UserInputException)
                {
                    Interlocked.Increment(ref refused); // a rerun of what is not ended, a continuation of what is cancelled
                }
            }
        });

        // Everybody is gone; what they held is taken back, and one engine finishes.
        using var last = SqlLedger.OpenPostgres(connection, Crowd.Parts());
        last.Reconcile(Dead(_ => true));
        foreach (var run in runs)
            Revive(last, run);
        while (Crowd.Claim(last, "last") is { } claim)
            Assert.True(last.Complete(claim.Ticket, LedgerBench.OutputOf(claim, "end"), Plans.Result(claim.Ticket.Stage == "cluster" ? 4 : null)));
        foreach (var run in runs)
        {
            LedgerCompliance.AssertHistory(last, run);
            Assert.Equal(RunState.Succeeded, last.Find(run)!.Summary.State);
        }

        Assert.Equal(0, Crowd.Audit(connection));
        output.WriteLine($"{runs.Sum(r => last.Events(r).Count)} events, {refused} wishes refused");
    }

    [Fact]
    public void AServerThatIsKilledAndStartedAgainLosesNothing()
    {
        using var folder = new TestFolder();
        if (!PrivatePostgres.Available(out var why))
            Assert.Skip(why);
        using var server = PrivatePostgres.Start(folder.At("pg"), new PrivatePostgresOptions { Fsync = false });
        using var crowd = new Crowd(4, () => SqlLedger.OpenPostgres(server.ConnectionString, Crowd.Parts()));
        var run = crowd.First.Submit(Plans.Submission(Plans.Fan(200), retry: Patient));
        var (errors, kills, done) = (0, 0, 0);
        crowd.Each((ledger, i) =>
        {
            if (i == 0)
            {
                // Each time when some more stages are through.
                while (kills < 4)
                {
                    var before = Volatile.Read(ref done);
                    while (Volatile.Read(ref done) < before + 20)
                        Thread.Yield();
                    server.RestartImmediately();
                    kills++;
                }

                return;
            }

            while (Try(() => ledger.Find(run)!.Summary.State) == RunState.Running)
            {
                if (Try(() => Crowd.Claim(ledger, $"w{i}")) is not { } claim)
                    Try(() => ledger.Reconcile(Dead(w => w == $"w{i}"))); // an answer to a claim was lost: the claim is its own, and nobody works on it
                else if (Try(() => ledger.Complete(claim.Ticket, LedgerBench.OutputOf(claim, "same"), Plans.Result())))
                    Interlocked.Increment(ref done);
            }
        });
        Assert.Equal(RunState.Succeeded, crowd.First.Find(run)!.Summary.State);
        LedgerCompliance.AssertHistory(crowd.First, run);
        Assert.Equal(0, Crowd.Audit(server.ConnectionString));
        output.WriteLine($"{kills} restarts, {errors} errors told to callers");

        T Try<T>(Func<T> call)
        {
            while (true)
            {
                try
                {
                    return call();
                }
                catch (DbException)
                {
                    Interlocked.Increment(ref errors);
                }
            }
        }
    }

    [Fact]
    public void WhileTheServerIsAwayEveryCallSaysSoAndAfterwardsAllIsAsItWas()
    {
        using var folder = new TestFolder();
        if (!PrivatePostgres.Available(out var why))
            Assert.Skip(why);
        using var server = PrivatePostgres.Start(folder.At("pg"), new PrivatePostgresOptions { Fsync = false });
        using var ledger = SqlLedger.OpenPostgres(server.ConnectionString, Crowd.Parts());
        ledger.Submit(Plans.Submission(Plans.Fan(2)));
        var claim = Crowd.Claim(ledger, "w")!;
        server.StopServer();
        Assert.ThrowsAny<DbException>(() => ledger.Heartbeat(claim.Ticket, null));
        Assert.ThrowsAny<DbException>(() => ledger.List());
        Assert.ThrowsAny<DbException>(() => ledger.Complete(claim.Ticket, LedgerBench.OutputOf(claim, "x"), Plans.Result()));
        var password = new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionString).Password!;
        Assert.DoesNotContain(password, Assert.ThrowsAny<DbException>(() => ledger.List()).ToString(), StringComparison.Ordinal);
        Assert.Contains("cannot be reached", Assert.Throws<UserInputException>(() => SqlLedger.OpenPostgres(server.ConnectionString, Crowd.Parts())).Message, StringComparison.Ordinal);
        server.StartServer();
        Assert.Equal(RunWish.GoOn, ledger.Heartbeat(claim.Ticket, null));
        Assert.True(ledger.Complete(claim.Ticket, LedgerBench.OutputOf(claim, "x"), Plans.Result()));
    }

    private static void Turn(
        ILedger ledger, Random random, List<StageClaim> held, string run, string worker,
        ConcurrentDictionary<(string, string, int, string), long> checkpoints, ref long step)
    {
        var mine = held.Count == 0 ? null : held[random.Next(held.Count)];
        switch (random.Next(40))
        {
            case < 16 when Crowd.Claim(ledger, worker) is { } claim:
                // What was named a resume point is never forgotten for an older one.
                if (checkpoints.TryGetValue((claim.Ticket.Run, claim.Ticket.Stage, claim.Generation, claim.Key), out var named))
                    Assert.InRange(claim.Resume?.Step ?? -1, named, long.MaxValue);
                held.Add(claim);
                break;
            case < 24 when mine is not null:
                ledger.Complete(mine.Ticket, LedgerBench.OutputOf(mine, $"{random.Next(2)}"), Plans.Result(mine.Ticket.Stage == "cluster" ? random.Next(7) : null));
                held.Remove(mine);
                break;
            case < 28 when mine is not null:
                var next = Interlocked.Increment(ref step);
                if (ledger.Checkpoint(mine.Ticket, new CheckpointRef($"c{next}", next)))
                    checkpoints.AddOrUpdate((mine.Ticket.Run, mine.Ticket.Stage, mine.Generation, mine.Key), next, (_, old) => Math.Max(old, next));
                break;
            case < 30 when mine is not null:
                ledger.Heartbeat(mine.Ticket, new StageProgress(1, 2));
                break;
            case < 31 when mine is not null:
                ledger.Fail(mine.Ticket, new AttemptFailure("failed", Retryable: true));
                held.Remove(mine);
                break;
            case < 32 when mine is not null:
                ledger.Release(mine.Ticket, "released");
                held.Remove(mine);
                break;
            case < 34 when mine is { Node.Inputs.Count: > 0 }:
                ledger.InputLost(mine.Ticket, mine.Node.Inputs[0].Name, "lost");
                held.Remove(mine);
                break;
            case < 36:
                ledger.Reconcile(Dead(w => w == $"w{random.Next(6)}"));
                break;
            case 36:
                ledger.Rerun(run, ledger.Find(run)!.Stages[random.Next(3)].Node.Name, dryRun: false);
                break;
            case 37:
                ledger.Pause(run, paused: random.Next(2) == 0);
                break;
            case 38:
                ledger.Continue(run);
                break;
            case 39 when random.Next(3) == 0:
                ledger.Cancel(run);
                break;
            default:
                break;
        }
    }

    private static void Revive(SqlLedger ledger, string run)
    {
        while (ledger.Find(run)!.Stages.FirstOrDefault(s => s.State is StageState.Cancelled or StageState.Failed) is { } ended)
            ledger.Rerun(run, ended.Node.Name, dryRun: false);
        if (ledger.Find(run)!.Summary.State is not (RunState.Succeeded or RunState.Cancelled))
            ledger.Continue(run);
    }

    private static ReconcileRequest Dead(Func<string, bool> isDead) => new()
    {
        Slots = new Dictionary<string, int>(StringComparer.Ordinal) { ["cpu"] = 2 },
        PendingRings = _ => 1,
        IsDead = isDead,
    };
}
