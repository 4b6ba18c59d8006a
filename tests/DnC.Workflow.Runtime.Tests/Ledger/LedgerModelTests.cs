using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Tests.Postgres;
using DnC.Workflow.Stages.Lifecycle;
using Npgsql;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>Random operations against the ledger and the model: they agree on everything, and every event is a row of the table.</summary>
public sealed class LedgerModelTests(ITestOutputHelper output) : IDisposable
{
    private static readonly LedgerParts Any = new() { Clock = TimeProvider.System, Doorbell = new SilentDoorbell(), Jitter = () => 0 };

    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-model-").FullName;
    private int _made;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void LedgerAndModelAgree()
    {
        // A new ledger's schema is made once and copied: that is most of what opening one costs.
        var empty = Path.Combine(_folder, "empty.db");
        SqlLedger.Open(empty, Any).Dispose();
        Sample(iterations: -1, steps =>
        {
            var file = Path.Combine(_folder, $"{Interlocked.Increment(ref _made)}.db");
            File.Copy(empty, file);
            steps(parts => SqlLedger.Open(file, parts));
            File.Delete(file);
        });
    }

    [Fact]
    public void PostgresLedgerAndModelAgree()
    {
        var template = new NpgsqlConnectionStringBuilder(PostgresFixture.CreateDatabase()) { Pooling = false };
        SqlLedger.OpenPostgres(template.ConnectionString, Any).Dispose();
        Sample(iterations: 16, steps =>
        {
            var own = new NpgsqlConnectionStringBuilder(template.ConnectionString)
            {
                Database = string.Create(CultureInfo.InvariantCulture, $"model_{Interlocked.Increment(ref _made)}"),
                Pooling = true,
            };
            var admin = new NpgsqlConnectionStringBuilder(template.ConnectionString) { Database = "dnc" }.ConnectionString;
            PostgresServer.Execute(admin, $"CREATE DATABASE {own.Database} TEMPLATE {template.Database}");
            steps(parts => SqlLedger.OpenPostgres(own.ConnectionString, parts, parts.Clock));
            PostgresServer.Execute(admin, $"DROP DATABASE {own.Database}");
        });
    }

    private void Sample(long iterations, Action<Action<Func<LedgerParts, SqlLedger>>> with)
    {
        var seen = new ConcurrentDictionary<Transition, int>();
        Gen.Select(Gen.Int[0, 129], Gen.Int[0, 9_999], Gen.Int[0, 9_999]).Array[20, 150].Sample(
            steps => with(open =>
            {
                using var pair = new LedgerPair(open);
                foreach (var (kind, a, b) in steps)
                    pair.Step(kind, a, b);
                pair.AssertHistories(seen);
            }),
            iter: iterations,
            print: steps => string.Join(' ', steps.Select(s => $"{s.Item1}:{s.Item2}:{s.Item3}")));
        foreach (var row in Transitions.All)
            output.WriteLine($"{seen.GetValueOrDefault(row),6} {row.From} --{row.Event}--> {row.To} by {row.By}");
    }
}
