using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Tests.Ledger;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using Microsoft.Data.Sqlite;

namespace DnC.Workflow.Runtime.Tests.Recover;

/// <summary>Damage done behind the ledger's back is found, put right and counted.</summary>
public sealed class LedgerAuditTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-audit-").FullName;
    private readonly LedgerBench _bench;

    public LedgerAuditTests() => _bench = new LedgerBench(parts => SqlLedger.Open(File, parts));

    private string File => Path.Combine(_folder, "ledger.db");

    public void Dispose()
    {
        _bench.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void AWrongFanInCounterIsMadeRight()
    {
        var run = _bench.Submit(Plans.Fan(2));
        _bench.Do("base");
        Damage("UPDATE stage SET pending = 7 WHERE name = 'join'");
        Assert.Equal(1, _bench.Pass().Repaired);
        _bench.Do("work[0]");
        _bench.Do("work[1]");
        _bench.Do("join");
        Assert.Equal(RunState.Succeeded, _bench.RunState(run));
    }

    [Fact]
    public void AStageThatWasForgottenBecomesReady()
    {
        var run = _bench.Submit(Plans.Graph(Plans.Node("a"), Plans.Node("b", "a")));
        Damage("UPDATE stage SET pending = 2 WHERE name = 'b'");
        _bench.Do("a"); // b still waits for one that there is none of, and nothing of the run is ready or running
        Assert.Equal((StageState.Waiting, RunState.Running), (_bench.State(run, "b"), _bench.RunState(run)));
        Assert.Equal(2, _bench.Pass().Repaired);
        _bench.Do("b");
        LedgerCompliance.AssertHistory(_bench.Ledger, run);
    }

    [Fact]
    public void WhatTheSamePassHasMovedIsNothingToPutRight()
    {
        var late = Plans.Node("late") with { Options = new StageOptions { QueueTimeoutMinutes = 1 } };
        var run = _bench.Submit(Plans.Graph(late, Plans.Node("other")));
        _bench.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, _bench.Pass().Repaired);
        Assert.Equal((StageState.Failed, StageState.Ready), (_bench.State(run, "late"), _bench.State(run, "other")));
    }

    [Fact]
    public void ARunningStageWithoutAClaimComesBack()
    {
        var run = _bench.Submit(Plans.Graph(Plans.Node("a")));
        _bench.Claim();
        Damage("DELETE FROM claim");
        Assert.Equal(1, _bench.Pass().Repaired);
        Assert.Equal(StageState.Ready, _bench.State(run, "a"));
    }

    [Fact]
    public void AStageHeldForAKeyThatNobodyRunsIsFreed()
    {
        _bench.Submit(Plans.Graph(Plans.Node("a")));
        Damage("UPDATE stage SET waits_for_key = 'gone'");
        Assert.Null(_bench.TryClaim());
        Assert.Equal(1, _bench.Pass().Repaired);
        _bench.Claim();
    }

    [Fact]
    public void ARunsCountsAreMadeRight()
    {
        var run = _bench.Submit(Plans.Graph(Plans.Node("a")));
        Damage("UPDATE run SET active = 5, failed = 1");
        Assert.Equal(1, _bench.Pass().Repaired);
        _bench.Do("a");
        Assert.Equal(RunState.Succeeded, _bench.RunState(run));
    }

    [Fact]
    public void ItIsMadeNoOftenerThanItsSetting()
    {
        _bench.Submit(Plans.Fan(1));
        _bench.Pass();
        Damage("UPDATE stage SET pending = 7 WHERE name = 'join'");
        Assert.Equal(0, _bench.Pass().Repaired);
        _bench.Clock.Advance(_bench.Lease.Audit);
        Assert.Equal(1, _bench.Pass().Repaired);
    }

    private void Damage(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
