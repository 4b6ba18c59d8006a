using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>
/// A ledger in one SQLite file: WAL, one writer connection behind a lock, readers beside it.
/// synchronous=NORMAL: a power cut may lose the last commits, never their order; a lost commit only repeats work.
/// </summary>
internal sealed class SqliteDialect : Dialect
{
    private const int BusyMilliseconds = 5_000;

    private readonly Lock _gate = new();
    private readonly string _readers;
    private readonly TimeProvider _clock;
    private readonly SqliteConnection? _writer;

    private SqliteDialect(string file, TimeProvider clock, SqliteConnection? writer)
    {
        _clock = clock;
        _writer = writer;
        Describe = file;
        _readers = ConnectionString(file, SqliteOpenMode.ReadOnly, pooling: true);
    }

    public override string Identity => "INTEGER PRIMARY KEY";

    // A write transaction excludes every other from its first statement: there is nothing more to lock.
    public override string LockRows => "";

    public override string SkipLocked => "";

    public override string Describe { get; }

    /// <summary>The connection that writes, for tests that measure its work.</summary>
    internal SqliteConnection Writer => _writer ?? throw ReadOnly();

    /// <summary>Opens or creates the file.</summary>
    /// <exception cref="SqliteException">The file cannot be opened or is no database.</exception>
    public static SqliteDialect Open(string file, TimeProvider clock)
    {
        var writer = new SqliteConnection(ConnectionString(file, SqliteOpenMode.ReadWriteCreate, pooling: false));
        try
        {
            writer.Open();
            SetUp(writer);
            if (writer.QuerySingle<string>("PRAGMA journal_mode") != "wal")
                writer.Execute("PRAGMA journal_mode = WAL");
            writer.Execute("PRAGMA synchronous = NORMAL");
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        return new SqliteDialect(file, clock, writer);
    }

    /// <summary>For reading beside an engine that writes.</summary>
    public static SqliteDialect OpenReadOnly(string file, TimeProvider clock) => new(file, clock, writer: null);

    public override LedgerTransaction BeginWrite()
    {
        var writer = Writer;
        _gate.Enter();
        try
        {
            return new LedgerTransaction(this, writer, writer.BeginTransaction(deferred: false), _gate.Exit);
        }
        catch
        {
            _gate.Exit();
            throw;
        }
    }

    public override LedgerTransaction BeginRead()
    {
        var reader = new SqliteConnection(_readers);
        try
        {
            reader.Open();
            SetUp(reader);
            return new LedgerTransaction(this, reader, reader.BeginTransaction(deferred: true), reader.Dispose);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public override long Now(DbConnection connection, DbTransaction transaction) => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    // The pass is a write transaction, and there is one at a time, whatever the process.
    public override bool TryLockPass(LedgerTransaction transaction) => true;

    // synchronous = NORMAL leaves commits in the system's buffers of the write-ahead log: forced out here, and only where something is deleted because of them.
    public override void MakeDurable()
    {
        var log = Describe + "-wal";
        if (!File.Exists(log))
            return;
        using var handle = File.OpenHandle(log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    public override bool IsTransient(DbException error) =>
        error is SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED };

    public override void Dispose()
    {
        _writer?.Dispose();
        using var reader = new SqliteConnection(_readers);
        SqliteConnection.ClearPool(reader);
    }

    private static void SetUp(SqliteConnection connection) => connection.Execute($"PRAGMA busy_timeout = {BusyMilliseconds}");

    private static string ConnectionString(string file, SqliteOpenMode mode, bool pooling) => new SqliteConnectionStringBuilder
    {
        DataSource = file,
        Mode = mode,
        Pooling = pooling,
        ForeignKeys = true,
        DefaultTimeout = BusyMilliseconds / 1000,
    }.ToString();

    private static InvalidOperationException ReadOnly() => new("This ledger was opened for reading.");
}
