using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using Npgsql;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>How many connections of the database a worker may take, held against what the server has, before it takes the first.</summary>
public static class ConnectionBudget
{
    /// <summary>Heartbeats, reconciler, announcer, retention, and a command's own look.</summary>
    private const int LedgerAlways = 5;

    /// <summary>The ledger's connections, bounded: one for each slot, which claims or commits, and those of the engine's threads.</summary>
    public static string ForLedger(string connectionString, IReadOnlyDictionary<string, int> slots) =>
        new NpgsqlConnectionStringBuilder(PostgresConnection.Read(connectionString).ConnectionString) { MaxPoolSize = Ledger(slots), MinPoolSize = 0 }.ConnectionString;

    /// <summary>All of a worker: the ledger's, and the transport's (a LISTEN for each idle slot, one for each that works, a server's own).</summary>
    public static int Worker(IReadOnlyDictionary<string, int> slots) => Ledger(slots) + PostgresTransport.ConnectionsFor(slots);

    private static int Ledger(IReadOnlyDictionary<string, int> slots) => slots.Values.Sum() + LedgerAlways;

    /// <summary>Asks the server.</summary>
    /// <exception cref="UserInputException">It has too few, or refuses.</exception>
    /// <exception cref="NpgsqlException">It cannot be reached now; later it may.</exception>
    public static void Require(string connectionString, IReadOnlyDictionary<string, int> slots)
    {
        var needed = Worker(slots);
        var given = PostgresConnection.Read(connectionString);
        using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(given.ConnectionString) { Pooling = false, ApplicationName = "dnc start", Enlist = false }.ConnectionString);
        try
        {
            connection.Open();
        }
        catch (PostgresException e) when (!e.IsTransient && PostgresComplaint.About(e, given) is not null)
        {
            throw new UserInputException(PostgresComplaint.About(e, given)!, e);
        }

        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT current_setting('max_connections')::int, current_setting('superuser_reserved_connections')::int,
              (SELECT COUNT(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid())
            """;
        using var reader = command.ExecuteReader();
        reader.Read();
        var (most, reserved, used) = (reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2));
        if (needed <= most - reserved - used)
            return;
        var listed = string.Join(',', slots.Select(s => $"{s.Key}:{s.Value}"));
        throw new UserInputException(
            $"A worker with --queues {listed} needs up to {needed} connections to PostgreSQL; the server allows {most} (max_connections), "
            + $"keeps {reserved} for itself, and {used} are in use. Raise max_connections, serve fewer slots, or stop other clients.");
    }
}
