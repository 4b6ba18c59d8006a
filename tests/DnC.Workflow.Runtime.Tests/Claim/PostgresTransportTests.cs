using System.Collections.Concurrent;
using System.Diagnostics;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.Execute;
using DnC.Workflow.Runtime.Tests.Execute;
using DnC.Workflow.Runtime.Tests.Postgres;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Hangfire;
using Npgsql;

namespace DnC.Workflow.Runtime.Tests.Claim;

/// <summary>Rings through the real Hangfire.PostgreSql to a job that finds nothing to claim.</summary>
public sealed class PostgresTransportTests : IClassFixture<PostgresFixture>, IDisposable
{
    private static readonly Dictionary<string, int> Slots = new() { ["cpu"] = 2, ["gpu"] = 1 };

    private readonly ITestOutputHelper _output;
    private readonly PostgresFixture _postgres;
    private readonly TestFolder _folder = new();
    private readonly ScriptedLedger _ledger = new();
    private readonly ConcurrentQueue<Exception> _reports = new();
    private readonly SemaphoreSlim _heard = new(0);
    private readonly HangfireDoorbell _bell;
    private readonly Heartbeats _heartbeats;
    private readonly StageJob _job;

    public PostgresTransportTests(ITestOutputHelper output, PostgresFixture postgres)
    {
        (_output, _postgres) = (output, postgres);
        _bell = new HangfireDoorbell(PostgresTransport.Open(postgres.ConnectionString, Slots), resource => Slots.GetValueOrDefault(resource), Report);
        _heartbeats = new Heartbeats(_ledger, new LeaseSettings(), TimeProvider.System, Report);
        var runner = new StageRunner(new StageRunnerParts
        {
            Ledger = _ledger,
            Store = new FolderStore(_folder.At("artifacts")),
            Host = new InProcessHost([new LambdaBody(_ => LambdaBody.Nothing)]),
            Heartbeats = _heartbeats,
            Write = new PersistentWrite(new ImpatientTime(), new LeaseSettings(), Report),
            Time = TimeProvider.System,
            WorkRoot = _folder.At("work"),
            Threads = _ => 1,
        });
        _job = new StageJob(
            _ledger,
            resource => new ClaimRequest { Resource = resource, Worker = "w", Executors = new Dictionary<string, int>(), IsPresent = _ => true },
            runner,
            new RunningAttempts(Slots),
            health: null,
            TimeProvider.System,
            () => _heard.Release(),
            Report);
    }

    public void Dispose()
    {
        _heartbeats.Dispose();
        _bell.Dispose();
        _heard.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_ring_is_heard_by_its_class_through_the_database()
    {
        using var server = Listen("gpu");
        Hear("gpu");
        Assert.Equal(["claim gpu"], _ledger.Calls);
        Assert.Equal("gpu", PostgresServer.Scalar<string>(
            _postgres.ConnectionString, $"SELECT arguments::json->>0 FROM {PostgresTransport.Schema}.job ORDER BY id DESC LIMIT 1").Trim('"'));
        Assert.Empty(_reports);
    }

    [Fact]
    public void Hardly_more_rings_wait_than_can_be_heard()
    {
        _bell.Ring("cpu", times: 32);
        _bell.Ring("cpu");
        _bell.Ring("gpu-of-nobody");
        // One more than can be heard: the first is rung before they are counted.
        Assert.Equal((3, 1), (_bell.Pending("cpu"), _bell.Pending("gpu-of-nobody")));
        using var server = Listen("cpu");
        _heard.Wait(TestContext.Current.CancellationToken);
        _heard.Wait(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_listening_connection_that_is_cut_listens_again()
    {
        using var server = Listen("gpu");
        using var database = NpgsqlDataSource.Create(_postgres.ConnectionString);
        for (var round = 0; round < 2; round++)
        {
            // By itself, while nothing is rung: from the connection string alone, password included.
            SpinWait.SpinUntil(() => Count(database, "pg_terminate_backend(pid)") > 0);
            SpinWait.SpinUntil(() => Count(database, "TRUE") > 0);

            // A connection that listened before and lay in the pool was cut, too: the ring that takes that one is lost, as a ring may be.
            do
                _bell.Ring("gpu");
            while (!_heard.Wait(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void A_ring_of_another_version_of_the_program_is_heard_too()
    {
        _bell.Ring("gpu");
        PostgresServer.Execute(
            _postgres.ConnectionString,
            $$"""
            UPDATE {{PostgresTransport.Schema}}.job SET invocationdata = jsonb_set(invocationdata::jsonb, '{Type}',
              to_jsonb('{{typeof(StageJob).FullName}}, DnC.Workflow.Runtime, Version=99.9.9.9, Culture=neutral, PublicKeyToken=null'::text))
            """);
        using var server = Listen("gpu");
        _heard.Wait(TestContext.Current.CancellationToken);
        Assert.Empty(_reports);
    }

    [Fact]
    public void Rings_that_were_heard_leave_next_to_nothing_behind()
    {
        const int rings = 200;
        using (Listen("gpu"))
        {
            // Rings that other tests have left are heard by nobody, and would stay.
            PostgresServer.Execute(_postgres.ConnectionString, $"TRUNCATE {PostgresTransport.Schema}.jobqueue; TRUNCATE {PostgresTransport.Schema}.job CASCADE");
            for (var i = 0; i < rings; i++)
                Hear("gpu");

            // Each has ended when its state is written, a moment after it was heard.
            SpinWait.SpinUntil(() => Rows("job WHERE expireat IS NULL") == 0);
        }

        Assert.True(Rows("job") >= rings);
        Assert.Empty(_reports);

        // As time goes by: what expires has expired, and a server's own processes look after it.
        PostgresServer.Execute(_postgres.ConnectionString, string.Join(';', new[] { "job", "counter", "list", "set", "hash" }.Select(
            t => $"UPDATE {PostgresTransport.Schema}.{t} SET expireat = now() - interval '1 hour' WHERE expireat IS NOT NULL")));
        using (Listen("gpu"))
        {
            SpinWait.SpinUntil(() => Rows("job") == 0);
            SpinWait.SpinUntil(() => Rows("counter") == 0);
        }

        var tables = PostgresServer.Scalar<string>(
            _postgres.ConnectionString, $"SELECT string_agg(tablename, ',' ORDER BY tablename) FROM pg_tables WHERE schemaname = '{PostgresTransport.Schema}'").Split(',');
        var left = tables.ToDictionary(t => t, t => Rows(t));
        _output.WriteLine(string.Join(", ", left.Select(l => $"{l.Key} {l.Value}")));
        Assert.True(left.Values.Sum() < 20, string.Join(", ", left));
    }

    [Fact]
    public void Ringing_is_quick()
    {
        for (var round = 0; round < 2; round++)
        {
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < 100; i++)
                _bell.Pending("cpu");
            var counted = clock.Elapsed;
            var all = new HangfireDoorbell(PostgresTransport.Open(_postgres.ConnectionString, Slots), _ => int.MaxValue, Report);
            clock.Restart();
            all.Ring("many", times: 100);
            _output.WriteLine($"count {counted.TotalMilliseconds / 100:0.00} ms, ring {clock.Elapsed.TotalMilliseconds / 100:0.00} ms");
            all.Dispose();
        }

        Assert.Equal(200, _bell.Pending("many"));
    }

    private static long Count(NpgsqlDataSource database, string condition)
    {
        using var command = database.CreateCommand(
            $"SELECT COUNT(*) FILTER (WHERE {condition}) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'LISTEN%'");
        return (long)command.ExecuteScalar()!;
    }

    private long Rows(string from) => PostgresServer.Scalar<long>(_postgres.ConnectionString, $"SELECT COUNT(*) FROM {PostgresTransport.Schema}.{from}");

    private void Hear(string resource)
    {
        _bell.Ring(resource);
        _heard.Wait(TestContext.Current.CancellationToken);
    }

    private BackgroundJobServer Listen(string resource) => _bell.Listen(resource, Slots[resource], _job, TimeSpan.FromSeconds(1));

    private void Report(string what, Exception error) => _reports.Enqueue(error);
}
