using Dapper;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Tests.Execute;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Lifecycle;
using Microsoft.Data.Sqlite;

namespace DnC.Workflow.Runtime.Tests.Hosting;

/// <summary>A ledger that has no room for a result: SQLite's own limit of pages stands for the full disk.</summary>
public sealed class FullLedgerTests : IAsyncDisposable
{
    private const int RoomForAllButTheResult = 20;

    private readonly EngineFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task It_fails_again_and_again_the_engine_stops_all_the_same_and_a_later_one_goes_on()
    {
        using var failed = new SemaphoreSlim(0);
        _fixture.Options = _fixture.Options with
        {
            Executors = [new LambdaBody(_ => StageResult.Of(new { text = new string('x', 1 << 20) }))],
            Lease = new LeaseSettings { Lease = TimeSpan.FromSeconds(1), Heartbeat = TimeSpan.FromMilliseconds(100), Pass = TimeSpan.FromMilliseconds(100) },
        };
        _fixture.OpenLedger = bell =>
        {
            var ledger = SqlLedger.Open(_fixture.Folder.At("root", "ledger.db"), new LedgerParts
            {
                Clock = TimeProvider.System,
                Doorbell = bell,
                Jitter = () => 0.5,
                Failed = e =>
                {
                    Assert.Equal(SQLitePCL.raw.SQLITE_FULL, Assert.IsType<SqliteException>(e).SqliteErrorCode);
                    failed.Release();
                },
            });
            var pages = ledger.SqliteWriter.QuerySingle<int>("PRAGMA page_count");
            ledger.SqliteWriter.Execute($"PRAGMA max_page_count = {pages + RoomForAllButTheResult}");
            return ledger;
        };
        var run = _fixture.Submit(EngineProcess.Stage("big", "lambda", new { }));
        for (var i = 0; i < 5; i++)
            await failed.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Contains(_fixture.Reports, e => e is SqliteException);
        await _fixture.Engine.StopAsync();

        await using var later = EmbeddedEngine.Start(_fixture.Options);
        Assert.Equal(RunState.Succeeded, (await later.WhenEnded(run, TestContext.Current.CancellationToken)).State);
        Assert.Equal(1, later.Ledger.Find(run)!.Stages.Single().Generation);
    }
}
