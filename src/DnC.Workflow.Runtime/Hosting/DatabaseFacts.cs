using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using Npgsql;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>What a PostgreSQL says of itself to whoever wants to keep a ledger there. Asking changes nothing in it.</summary>
/// <param name="Version">The server's.</param>
/// <param name="HasLedger">Whether there is a ledger.</param>
/// <param name="MayWrite">Whether the user may bring the ledger up to date, or make one.</param>
/// <param name="IsReadOnly">Whether the server takes no writes, as a standby.</param>
/// <param name="Free">Connections that are left for this user's programs.</param>
/// <param name="Most">All that the server has (max_connections).</param>
public sealed record DatabaseFacts(Version Version, bool HasLedger, bool MayWrite, bool IsReadOnly, int Free, int Most)
{
    /// <summary>The version of its ledger; null where there is none, or the user may not see it.</summary>
    public int? LedgerVersion { get; init; }

    /// <summary>Its ledger's id; null where there is none, it is older than that, or the user may not see it.</summary>
    public string? LedgerId { get; init; }

    /// <summary>The artifact store that its ledger has noted; null where there is none, or the user may not see it.</summary>
    public NotedStore? Store { get; init; }

    /// <summary>The newest version of a ledger that this program knows.</summary>
    public static int NewestLedger => Migrations.Newest;

    /// <summary>Whether a newer program has brought the ledger up to a version that this one does not know.</summary>
    public bool IsLedgerNewer => LedgerVersion > NewestLedger;

    /// <summary>Whether the server is new enough.</summary>
    public bool IsNewEnough => Version.Major >= PostgresDialect.OldestMajor;

    /// <summary>The oldest that is.</summary>
    public static int OldestMajor => PostgresDialect.OldestMajor;

    /// <summary>Asks a server.</summary>
    /// <exception cref="UserInputException">The connection string is none, or the server cannot be reached or refuses. Names no password.</exception>
    public static DatabaseFacts Ask(string connectionString)
    {
        var given = PostgresConnection.Read(connectionString);
        try
        {
            using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(given.ConnectionString) { Pooling = false, ApplicationName = "dnc doctor", Enlist = false }.ConnectionString);
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText =
                $"""
                SELECT to_regclass('{PostgresConnection.Schema}.run') IS NOT NULL,
                  COALESCE((SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = '{PostgresConnection.Schema}'),
                    has_database_privilege(current_database(), 'CREATE')),
                  pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool,
                  current_setting('max_connections')::int,
                  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                    - (SELECT COUNT(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())
                """;
            DatabaseFacts facts;
            using (var reader = command.ExecuteReader())
            {
                reader.Read();
                facts = new DatabaseFacts(
                    connection.PostgreSqlVersion, reader.GetBoolean(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetInt32(4), reader.GetInt32(3));
            }

            return facts is { HasLedger: true, MayWrite: true } ? WithLedger(facts, connection) : facts;
        }
        catch (Exception e) when (PostgresComplaint.About(e, given) is not null)
        {
            throw new UserInputException(PostgresComplaint.About(e, given)!, e);
        }
    }

    private static DatabaseFacts WithLedger(DatabaseFacts facts, NpgsqlConnection connection) => facts with
    {
        LedgerVersion = Migrations.VersionOf(connection, PostgresConnection.Schema),
        LedgerId = First(connection, "ledger_id", "id", "''") is var (id, _) ? id : null,
        Store = First(connection, "artifact_store", "id", "place") is var (store, place) ? new NotedStore(store, place) : null,
    };

    // The only row of a table that an older ledger lacks.
    private static (string, string)? First(NpgsqlConnection connection, string table, string first, string second)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT to_regclass('{PostgresConnection.Schema}.{table}') IS NOT NULL";
        if (command.ExecuteScalar() is not true)
            return null;
        command.CommandText = $"SELECT {first}, {second} FROM {PostgresConnection.Schema}.{table}";
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetString(0), reader.GetString(1)) : null;
    }
}
