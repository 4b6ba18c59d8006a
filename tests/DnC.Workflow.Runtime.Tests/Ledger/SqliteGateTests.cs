using DnC.Workflow.Runtime.Ledger;
using Microsoft.Data.Sqlite;

namespace DnC.Workflow.Runtime.Tests.Ledger;

/// <summary>Gates and outbox on SQLite.</summary>
public sealed class SqliteGateTests : GateCompliance
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-gates-").FullName;

    private string File => Path.Combine(_folder, "ledger.db");

    protected override SqlLedger Open(LedgerParts parts) => SqlLedger.Open(File, parts);

    protected override void Damage(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False;Foreign Keys=True");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            Directory.Delete(_folder, recursive: true);
    }
}
