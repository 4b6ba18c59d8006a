using DnC.Workflow.Runtime.Claim;
using DnC.Workflow.Runtime.Ledger;
using DnC.Workflow.Stages.Execution;
using Npgsql;

namespace DnC.Workflow.Runtime.Hosting;

/// <summary>A command, or a server, beside the workers: it submits, asks and rings, and runs no stage.</summary>
public sealed class LedgerClient : IDisposable
{
    private static readonly Dictionary<string, int> NoSlots = new(StringComparer.Ordinal);

    private readonly Lazy<HangfireDoorbell> _bell;
    private readonly RingerThread _ringer;

    private LedgerClient(string connectionString, Func<double> jitter, Action<string, Exception> report, string? who)
    {
        // Rings are rare here, and many commands ring nothing at all: opened with the first. One thread asks for it, and again where it failed.
        _bell = new Lazy<HangfireDoorbell>(
            () => new HangfireDoorbell(PostgresTransport.Open(connectionString, NoSlots), AtMost, report), LazyThreadSafetyMode.PublicationOnly);
        _ringer = new RingerThread(() => _bell.Value, _ => false, report);
        try
        {
            var parts = new LedgerParts { Clock = TimeProvider.System, Doorbell = _ringer, Jitter = jitter };
            Ledger = SqlLedger.OpenPostgres(
                new NpgsqlConnectionStringBuilder(PostgresConnection.Read(connectionString).ConnectionString) { MaxPoolSize = 4, MinPoolSize = 0 }.ConnectionString,
                who is null ? parts : parts with { Who = who });
        }
        catch
        {
            _ringer.Dispose();
            throw;
        }
    }

    /// <summary>The ledger and its registry of workers.</summary>
    public SqlLedger Ledger { get; }

    /// <summary>Connects.</summary>
    /// <param name="connectionString">The database. Never logged.</param>
    /// <param name="jitter">A draw in [0, 1).</param>
    /// <param name="report">Told of rings that failed: the reconciler of a worker makes up for them.</param>
    /// <param name="who">Whose wishes about runs come from here; null: this user's on this machine.</param>
    /// <exception cref="UserInputException">The server refuses, is too old, or the ledger is of a newer version.</exception>
    /// <exception cref="NpgsqlException">The server cannot be reached.</exception>
    public static LedgerClient Open(string connectionString, Func<double> jitter, Action<string, Exception> report, string? who = null) =>
        new(connectionString, jitter, report, who);

    /// <summary>What a connection string names, without its secrets: 'db.example/dnc'.</summary>
    /// <exception cref="UserInputException">It is none. Nothing of it is repeated: it may hold the password.</exception>
    public static string Describe(string connectionString)
    {
        var parts = PostgresConnection.Read(connectionString);
        return $"{parts.Host}/{parts.Database}";
    }

    /// <summary>Rings what is still to be rung, and lets go.</summary>
    public void Dispose()
    {
        _ringer.Dispose();
        if (_bell.IsValueCreated)
            _bell.Value.Dispose();
        Ledger.Dispose();
    }

    // One at least, for a worker of that class that starts this moment.
    private int AtMost(string resource) => Math.Max(1, Ledger.LiveSlots().GetValueOrDefault(resource));
}
