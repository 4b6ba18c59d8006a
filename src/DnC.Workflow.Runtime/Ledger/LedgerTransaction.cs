using System.Data.Common;
using Dapper;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>One transaction: its statements, what it moved, and what has to be rung for once it is committed.</summary>
internal sealed partial class LedgerTransaction(
    Dialect dialect, DbConnection connection, DbTransaction transaction, bool writes, Action release) : IDisposable
{
    // Rings of one transaction that readies thousands: enough to wake every slot that an engine can have.
    private const int MaxRings = 32;

    private bool _committed;
    private readonly Dictionary<string, int> _rings = new(StringComparer.Ordinal);

    /// <summary>The database's ways.</summary>
    public Dialect Dialect => dialect;

    /// <summary>What it runs on.</summary>
    public DbConnection Connection => connection;

    /// <summary>The ledger's clock when the transaction asked first.</summary>
    public long Now => field == 0 ? field = dialect.Now(connection, transaction) : field;

    /// <summary>Whether the commit has to survive a power cut before anyone is told: files are deleted because of it.</summary>
    public bool Durable { get; set; }

    /// <summary>Classes to ring after commit, and how often.</summary>
    public IReadOnlyDictionary<string, int> Rings => _rings;

    /// <summary>Runs a statement and says how many rows it changed.</summary>
    public int Execute(string sql, object? arguments = null) => connection.Execute(sql, Storable(arguments), transaction);

    /// <summary>All rows of a query.</summary>
    public List<T> Query<T>(string sql, object? arguments = null) => connection.Query<T>(sql, Storable(arguments), transaction).AsList();

    /// <summary>The only row of a query, or null.</summary>
    public T? Find<T>(string sql, object? arguments = null) => connection.QueryFirstOrDefault<T>(sql, Storable(arguments), transaction);

    /// <summary>The only row of a query.</summary>
    public T Get<T>(string sql, object? arguments = null) => connection.QuerySingle<T>(sql, Storable(arguments), transaction);

    /// <summary>Ends a SELECT of rows that this transaction decides on: they stay as read until it ends. Nothing where it only reads.</summary>
    public string Locked(string table) => writes ? dialect.LockRows(table) : "";

    /// <summary>Asks for one ring of a class after commit.</summary>
    public void Ring(string resource) => _rings[resource] = Math.Min(MaxRings, _rings.GetValueOrDefault(resource) + 1);

    /// <summary>Makes it all visible at once.</summary>
    public void Commit()
    {
        WriteRuns();
        transaction.Commit();
        _committed = true;
    }

    private static StorableText.Arguments? Storable(object? arguments) => arguments is null ? null : new(arguments);

    /// <summary>Rolls back what was not committed.</summary>
    public void Dispose()
    {
        try
        {
            transaction.Dispose();
        }
        catch (DbException) when (!_committed)
        {
            // The database has rolled back by itself (disk full, connection gone): the error that led here is on its way and says so.
        }
        finally
        {
            release();
        }
    }
}
