using System.Data.Common;
using Dapper;
using DbUp;
using DbUp.Builder;
using DbUp.Sqlite;
using DbUp.Sqlite.Helpers;
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
        NextReady =
            $"""
            run r JOIN stage s ON s.id = (SELECT b.id FROM stage b WHERE b.run_id = r.id AND {ReadyStages.StageMay("b", this)} ORDER BY b.id LIMIT 1)
            WHERE {ReadyStages.RunMay("r")}
            ORDER BY r.priority DESC, s.ready_at, s.id LIMIT 1
            """;
    }

    public override string Describe { get; }

    public override string Another => "another root with --root";

    public override IReadOnlyDictionary<string, string> ScriptVariables { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["identity"] = "INTEGER PRIMARY KEY",
        ["claim_room"] = "",
        ["random"] = "lower(hex(randomblob(16)))",
    };

    // The first in plan order of each run that may claim (producers before what only measures them), then by priority and age: as many
    // index look-ups as there are open runs.
    public override string NextReady { get; }

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

    // A write transaction excludes every other from its first statement: there is nothing more to lock.
    public override string LockRows(string table) => "";

    public override string ShareRows(string table) => "";

    public override string ShareFreeRows(string table) => "";

    // Dapper writes the values out.
    public override string In(string parameter) => $"IN @{parameter}";

    public override LedgerTransaction BeginWrite()
    {
        var writer = Writer;
        _gate.Enter();
        try
        {
            return new LedgerTransaction(this, writer, writer.BeginTransaction(deferred: false), writes: true, _gate.Exit);
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
            return new LedgerTransaction(this, reader, reader.BeginTransaction(deferred: true), writes: false, reader.Dispose);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public override long Now(LedgerTransaction transaction) => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    public override string Clock => "@now";

    public override string LastEvent(string parameter) => parameter;

    // A file is away for nobody but this machine.
    public override long? Age(LedgerTransaction transaction) => null;

    // The pass is a write transaction, and there is one at a time, whatever the process.
    public override bool TryLockPass(LedgerTransaction transaction) => true;

    public override void LockLimit(LedgerTransaction transaction, string run)
    {
    }

    public override void LockKey(LedgerTransaction transaction, string key)
    {
    }

    public override IReadOnlyList<long> NumberStages(LedgerTransaction transaction, int count) => [];

    public override IReadOnlyList<long> Insert(LedgerTransaction transaction, IReadOnlyList<NewStage> stages, IReadOnlyList<long> numbers)
    {
        var ids = new long[stages.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            var stage = stages[i];
            ids[i] = transaction.Get<long>(
                """
                INSERT INTO stage (run_id, name, kind, version, resource, node, fan_id, fan_index, queue_limit, state, moved, since, generation, fence,
                  pending, forced, attempts, failures, losses, input_losses, ready_at, not_before)
                VALUES (@Run, @Name, @Kind, @Version, @Resource, @Node, @fan, @Index, @QueueLimit, 'waiting', 0, @Now, 1, 0, @pending, @Forced, 0, 0, 0, 0, 0, 0)
                RETURNING id
                """,
                new
                {
                    stage.Run,
                    stage.Name,
                    stage.Kind,
                    stage.Version,
                    stage.Resource,
                    stage.Node,
                    fan = stage.Fan is { } fan ? ids[fan] : (long?)null,
                    stage.Index,
                    stage.QueueLimit,
                    stage.Now,
                    pending = stage.Parents.Count,
                    stage.Forced,
                });
            foreach (var parent in stage.Parents)
                transaction.Execute("INSERT INTO edge (from_id, to_id) VALUES (@from, @to)", new { from = ids[parent], to = ids[i] });
        }

        return ids;
    }

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

    public override bool IsAway(DbException error) => IsTransient(error);

    public override void AloneWithSchema(Action<DbConnection> body)
    {
        Writer.Execute("BEGIN EXCLUSIVE");
        try
        {
            body(Writer);
            Writer.Execute("COMMIT");
        }
        catch
        {
            Writer.Execute("ROLLBACK");
            throw;
        }
    }

    public override bool HasJournal(DbConnection connection) => connection.QueryFirstOrDefault<string>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name = @Journal", new { Migrations.Journal }) is not null;

    // Without a transaction of its own: it runs inside ours.
    public override UpgradeEngineBuilder Deploy(DbConnection connection, string journal) => DeployChanges.To
        .SqliteDatabase(new SharedConnection(connection))
        .WithoutTransaction()
        .JournalTo((manager, log) => new SqliteTableJournal(manager, log, journal));

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
