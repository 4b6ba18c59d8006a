using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Runtime.Tests.Postgres;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>Gates and outbox on PostgreSQL, each test in a schema that is made anew.</summary>
public sealed class PostgresGateTests(PostgresFixture postgres) : GateCompliance, IClassFixture<PostgresFixture>
{
    private bool _dropped;

    protected override SqlLedger Open(LedgerParts parts)
    {
        if (!_dropped)
            PostgresServer.Execute(postgres.ConnectionString, "DROP SCHEMA IF EXISTS dnc CASCADE");
        _dropped = true;
        return SqlLedger.OpenPostgres(postgres.ConnectionString, parts, parts.Clock);
    }

    protected override void Damage(string sql) => PostgresServer.Execute(postgres.ConnectionString, $"SET search_path = dnc; {sql}");
}
