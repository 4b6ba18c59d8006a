using System.Data.Common;
using Dapper;
using Npgsql;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>One transaction: its statements, what it moved, and what has to be rung for once it is committed.</summary>
internal sealed partial class LedgerTransaction(
    Dialect dialect, DbConnection connection, DbTransaction transaction, bool writes, Action release) : IDisposable
{
    // Rings of one transaction that readies thousands: enough to wake every slot that an engine can have.
    private const int MaxRings = 32;

    private bool _committed;
    private bool _finished;
    private long _now;
    private Dictionary<string, int> _rings = new(StringComparer.Ordinal);
    private readonly StatementBatch? _batch =
        connection is NpgsqlConnection postgres ? new StatementBatch(postgres, (NpgsqlTransaction)transaction) : null;

    /// <summary>The database's ways.</summary>
    public Dialect Dialect => dialect;

    /// <summary>What it runs on.</summary>
    public DbConnection Connection => connection;

    /// <summary>The ledger's clock when the transaction asked first.</summary>
    public long Now
    {
        get
        {
            if (_now == 0)
                _batch?.Flush();
            return _now == 0 ? _now = dialect.Now(this) : _now;
        }
    }

    /// <summary>Asks for <see cref="Now"/> with the first question, whatever that is.</summary>
    public void AskNow(string sql) => _batch!.Alongside<long>(sql, now => _now = now.Single());

    /// <summary>The parameter 'now' of a statement that has <see cref="Dialect.Clock"/>; not asked for where that needs none.</summary>
    public long ClockNow => dialect.Clock == "@now" ? Now : 0;

    /// <summary>Whether the commit has to survive a power cut before anyone is told: files are deleted because of it.</summary>
    public bool Durable { get; set; }

    /// <summary>Classes to ring after commit, and how often; asked for since the last call.</summary>
    public IReadOnlyDictionary<string, int> TakeRings()
    {
        var taken = _rings;
        _rings = new(StringComparer.Ordinal);
        return taken;
    }

    /// <summary>Runs a statement and says how many rows it changed.</summary>
    public int Execute(string sql, object? arguments = null) =>
        _batch?.Execute(sql, arguments) ?? connection.Execute(sql, Storable(arguments), transaction);

    /// <summary>All rows of a query.</summary>
    public List<T> Query<T>(string sql, object? arguments = null) =>
        _batch?.Query<T>(sql, arguments) ?? connection.Query<T>(sql, Storable(arguments), transaction).AsList();

    /// <summary>The first row of a query, or null.</summary>
    public T? Find<T>(string sql, object? arguments = null) => Query<T>(sql, arguments) is [var first, ..] ? first : default;

    /// <summary>The only row of a query.</summary>
    public T Get<T>(string sql, object? arguments = null) => Query<T>(sql, arguments).Single();

    /// <summary>Runs a statement before the next one, or before the commit: where the database is far away, with that.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="arguments">Its parameters.</param>
    /// <param name="rows">How many rows it has to change, or null for any number.</param>
    /// <exception cref="InvalidOperationException">It changed another number; thrown by then.</exception>
    public void Later(string sql, object? arguments, int? rows = null)
    {
        if (_batch is not null)
            _batch.Add(sql, arguments, rows);
        else if (connection.Execute(sql, Storable(arguments), transaction) != (rows ?? 0) && rows is not null)
            throw new InvalidOperationException($"A row moved while this transaction held it: {sql}");
    }

    /// <summary>Asks a question before the next statement, or before the commit: where the database is far away, with that.</summary>
    public void Later<T>(string sql, object? arguments, Action<List<T>> then)
    {
        if (_batch is not null)
            _batch.Add(sql, arguments, then);
        else
            then(Query<T>(sql, arguments));
    }

    /// <summary>Ends a SELECT of rows that this transaction decides on: they stay as read until it ends. Nothing where it only reads.</summary>
    public string Locked(string table) => writes ? dialect.LockRows(table) : "";

    /// <summary>Asks for one ring of a class after commit.</summary>
    public void Ring(string resource) => _rings[resource] = Math.Min(MaxRings, _rings.GetValueOrDefault(resource) + 1);

    /// <summary>Writes what is left to write, once. Until here nothing is lost by starting anew.</summary>
    public void Finish()
    {
        if (_finished)
            return;
        _finished = true;
        WriteRuns();
        _batch?.Flush();
    }

    /// <summary>Makes it all visible at once.</summary>
    public void Commit()
    {
        Finish();
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
