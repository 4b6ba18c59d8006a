using DnC.Workflow.Runtime.Ledger;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Npgsql;

namespace DnC.Workflow.Runtime.Claim;

/// <summary>Rings between processes and machines, in the ledger's own database. Every setting that is not Hangfire.PostgreSql's default has its reason here.</summary>
public static class PostgresTransport
{
    /// <summary>
    /// A schema of its own: in another program's, that program's servers would disable our recurring jobs, and ours theirs, for want of the
    /// other's assembly.
    /// </summary>
    public const string Schema = "dnc_hangfire";

    /// <summary>A server's processes beside its slots: heartbeat, expiration, counters, keep-alive, schedulers.</summary>
    private const int ProcessesOfServer = 4;

    /// <summary>Opens the transport, making its schema where it is missing.</summary>
    /// <param name="connectionString">The database; its schema 'dnc_hangfire' is used.</param>
    /// <param name="slots">Slots of each class that this process listens to; none for one that only rings.</param>
    /// <exception cref="NpgsqlException">The server cannot be reached, or refuses.</exception>
    public static Transport Open(string connectionString, IReadOnlyDictionary<string, int> slots)
    {
        var connection = new NpgsqlConnectionStringBuilder(PostgresConnection.Read(connectionString).ConnectionString)
        {
            ApplicationName = "dnc rings",
            MaxPoolSize = ConnectionsFor(slots),
            MinPoolSize = 0,

            // Its LISTEN connection, when cut, is opened again from what the old one says of itself: without this it lacks the password.
            PersistSecurityInfo = true,

            // A LISTEN connection behind a router that forgot it would be deaf without noticing. [ours]
            KeepAlive = 30,
        };
        var options = new PostgreSqlStorageOptions
        {
            SchemaName = Schema,

            // Off by default, and then every job longer than the timeout is started again and again.
            UseSlidingInvisibilityTimeout = true,

            // How long a ring that died with its worker stays unheard; the reconciler has rung again long before.
            InvisibilityTimeout = TimeSpan.FromMinutes(2),

            // LISTEN instead of polling: 18 ms to start instead of 470. The poll is for a LISTEN connection that was cut.
            EnableLongPolling = true,
            QueuePollInterval = TimeSpan.FromSeconds(5),

            // A process that died holding one must not stop expiration for ten minutes.
            DistributedLockTimeout = TimeSpan.FromMinutes(1),

            // Rings are many and short-lived: tables stay small.
            JobExpirationCheckInterval = TimeSpan.FromMinutes(2),
            DeleteExpiredBatchSize = 5_000,

            // A database that is away at the start is said at the start, by whoever opens the transport.
            StartupConnectionMaxRetries = 0,
            AllowDegradedModeWithoutStorage = false,
        };
        var storage = Alone(connection.ConnectionString, () => new PostgreSqlStorage(new NpgsqlConnectionFactory(connection.ConnectionString, options), options));
        return new Transport(storage, () => ClearPool(connection.ConnectionString), ServerCheck: TimeSpan.FromMinutes(10));
    }

    /// <summary>
    /// Connections that the transport may open: for each slot one that listens while it is idle and one that works, and a server's own
    /// processes for each class.
    /// </summary>
    /// <param name="slots">Slots by class.</param>
    public static int ConnectionsFor(IReadOnlyDictionary<string, int> slots) => (2 * slots.Values.Sum()) + (ProcessesOfServer * slots.Count) + 2;

    // Of two processes that start on a new database, Hangfire.PostgreSql lets one fail: its scripts take no lock.
    private static T Alone<T>(string connectionString, Func<T> make)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using (var take = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended(@name, 0))", connection, transaction))
        {
            take.Parameters.AddWithValue("name", "install " + Schema);
            take.ExecuteNonQuery();
        }

        return make();
    }

    private static void ClearPool(string connectionString)
    {
        using var connection = new NpgsqlConnection(connectionString);
        NpgsqlConnection.ClearPool(connection);
    }
}
