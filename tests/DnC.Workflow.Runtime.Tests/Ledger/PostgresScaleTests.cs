using System.Text.Json;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Tests.Postgres;
using DnC.Workflow.Stages.Lifecycle;
using DnC.Workflow.Stages.Ports;
using Npgsql;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>What a claim costs does not depend on what is finished, and a heartbeat touches no index. In pages and rows, not in time.</summary>
public sealed class PostgresScaleTests
{
    private readonly string _connection = PostgresFixture.CreateDatabase();

    [Fact]
    public void AHundredThousandFinishedStagesMakeNoSearchDearer()
    {
        using var crowd = new Crowd(1, () => SqlLedger.OpenPostgres(_connection, Crowd.Parts()));
        crowd.First.Submit(Plans.Submission(Plans.Fan(20), "few"));
        Crowd.Claim(crowd.First, "w");
        var before = Searches();

        // Ended in 100 runs, every tenth stage by a failure, with their events, attempts and results.
        Postgres.PostgresServer.Execute(
            _connection,
            """
            SET search_path = dnc;
            INSERT INTO run (id, request_id, name, spec, identity, data, retry, no_cache, priority, max_concurrent, paused, cancelled,
                state, waiting, active, failed, withdrawn, created_at, ended_at)
              SELECT 'r' || i, 'r' || i, 'old', '{}', 'old' || i, '{}', '{}', false, 0, 0, false, false, 'failed', 0, 0, 100, 0, i, i
              FROM generate_series(1, 100) i;
            INSERT INTO stage (run_id, name, kind, resource, node, queue_limit, state, moved, since, generation, fence, pending, forced,
                attempts, failures, losses, input_losses, ready_at, not_before, stage_key, output)
              SELECT 'r' || (1 + i % 100), 's' || i, 'noop', 'cpu', '{}', 0, CASE WHEN i % 10 = 0 THEN 'failed' ELSE 'succeeded' END, 0, 0, 1, 1, 0, false,
                1, 0, 0, 0, 0, 0, 'key' || i, '{}' FROM generate_series(1, 100000) i;
            INSERT INTO event (at, run_id, stage_id, generation, attempt, event, from_state, to_state)
              SELECT 0, run_id, id, 1, 1, 'Completed', 'running', state FROM stage WHERE run_id LIKE 'r%';
            INSERT INTO attempt (stage_id, fence, generation, number, worker, started_at) SELECT id, 1, 1, 1, 'w', 0 FROM stage WHERE run_id LIKE 'r%';
            INSERT INTO result SELECT 'key' || i, 'r1', 's', 'l' || i, '{}', '{}', NULL, 0 FROM generate_series(1, 100000) i;
            ANALYZE;
            """);
        var after = Searches();
        foreach (var (name, pages) in after)
        {
            // A level more of an index each, at most.
            Assert.True(pages <= before[name] + 8, $"{name}: {before[name]} pages before, {pages} after");
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {before[name]} pages before, {pages} after");
        }
    }

    [Fact]
    public void AHeartbeatChangesNoIndex()
    {
        using (var crowd = new Crowd(1, () => SqlLedger.OpenPostgres(_connection, Crowd.Parts())))
        {
            crowd.First.Submit(Plans.Submission(Plans.Fan(30)));
            var held = new List<StageClaim> { Crowd.Claim(crowd.First, "w")! };
            crowd.First.Complete(held[0].Ticket, LedgerBench.OutputOf(held[0], "x"), Plans.Result());
            held.Clear();
            while (Crowd.Claim(crowd.First, "w") is { } claim)
                held.Add(claim);
            for (var beat = 0; beat < 50; beat++)
            {
                foreach (var claim in held)
                    Assert.Equal(RunWish.GoOn, crowd.First.Heartbeat(claim.Ticket, new Stages.Execution.StageProgress(beat, 50, 123.4, 0.5)));
            }
        }

        // A session tells its counts when it ends.
        while (PostgresServer.Scalar<long>(_connection, "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'dnc' AND datname = current_database()") > 0)
            Thread.Yield();
        Assert.Equal(1500L, PostgresServer.Scalar<long>(_connection, "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'claim'"));

        // None, if any index covered what a heartbeat changes. All, but for those that met a page which an autovacuum's snapshot kept full.
        Assert.InRange(PostgresServer.Scalar<long>(_connection, "SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'claim'"), 1200, 1500);
    }

    // Pages read by each search that an idle or a busy engine makes.
    private Dictionary<string, long> Searches()
    {
        using var dialect = PostgresDialect.Open(PostgresConnection.Read(_connection), TimeSpan.FromMinutes(1));
        using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_connection) { SearchPath = PostgresConnection.Schema });
        return new(StringComparer.Ordinal)
        {
            ["claim"] = Pages($"SELECT s.id FROM {dialect.NextReady}"),
            ["key"] = Pages("SELECT * FROM result WHERE stage_key = 'key77'"),
            ["same work"] = Pages("SELECT name FROM stage WHERE stage_key = 'key77' AND state = 'running'"),
            ["held"] = Pages("SELECT id FROM stage WHERE waits_for_key = 'key77'"),
            ["leases"] = Pages("SELECT stage_id FROM claim WHERE lease_until < 1"),
            ["queue"] = Pages("SELECT s.id FROM stage s JOIN run r ON r.id = s.run_id WHERE s.state = 'ready' AND s.queue_by IS NOT NULL AND s.queue_by <= 1 AND s.waits_for_key IS NULL"),
            ["submit"] = Pages("SELECT id FROM run WHERE request_id = 'none'"),
        };

        long Pages(string sql)
        {
            sql = sql.Replace("@Resource", "'cpu'", StringComparison.Ordinal).Replace("@OnlyRun", "NULL", StringComparison.Ordinal)
                .Replace("@now", "9999999999999", StringComparison.Ordinal).Replace("@kinds", "'{noop}'", StringComparison.Ordinal)
                .Replace("@versions", "'{noop@1}'", StringComparison.Ordinal).Replace("@avoided", "'{}'", StringComparison.Ordinal);
            using var command = source.CreateCommand($"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}");
            command.ExecuteScalar(); // the first look also clears away what is dead
            using var plan = JsonDocument.Parse((string)command.ExecuteScalar()!);
            var root = plan.RootElement[0].GetProperty("Plan");
            return root.GetProperty("Shared Hit Blocks").GetInt64() + root.GetProperty("Shared Read Blocks").GetInt64();
        }
    }
}
