using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Microsoft.Data.Sqlite;

namespace DnC.Workflow.Runtime.Ledger;

public sealed partial class SqlLedger
{
    /// <summary>The connection that writes, for tests that measure its work.</summary>
    internal SqliteConnection SqliteWriter => ((SqliteDialect)_dialect).Writer;

    /// <summary>Opens a ledger in a SQLite file, creating it and its folder (mode 0700) where there is none, and brings its schema up to date.</summary>
    /// <exception cref="UserInputException">The file cannot be written, is no ledger, or is newer than this program.</exception>
    public static SqlLedger Open(string file, LedgerParts parts)
    {
        LedgerFile.Require(file);
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
                CreatePrivate(folder);
            var dialect = SqliteDialect.Open(file, parts.Clock);
            try
            {
                Migrations.Apply(dialect);
                return new SqlLedger(dialect, parts);
            }
            catch
            {
                dialect.Dispose();
                throw;
            }
        }
        catch (Exception error) when (Complaint(file, error) is not null)
        {
            throw new UserInputException(Complaint(file, error)!, error);
        }
    }

    /// <summary>Opens a ledger to look at while an engine may be writing to it. Methods that write throw <see cref="InvalidOperationException"/>.</summary>
    /// <exception cref="UserInputException">There is none, or it is of another version than this program's.</exception>
    public static SqlLedger OpenReadOnly(string file, TimeProvider clock)
    {
        LedgerFile.Require(file);
        if (!File.Exists(file))
            throw new UserInputException($"There is no ledger at '{file}': nothing was run there yet. Give the root of the run with --root.");
        try
        {
            var dialect = SqliteDialect.OpenReadOnly(file, clock);
            try
            {
                Migrations.Check(dialect);
                return new SqlLedger(dialect, new LedgerParts { Clock = clock, Doorbell = new SilentDoorbell(), Jitter = () => 0 });
            }
            catch
            {
                dialect.Dispose();
                throw;
            }
        }
        catch (Exception error) when (Complaint(file, error) is not null)
        {
            throw new UserInputException(Complaint(file, error)!, error);
        }
    }

    /// <summary>Reads a ledger's file from end to end, beside whatever engine is writing to it.</summary>
    /// <returns>What keeps a run from using it and how to mend that, or null where nothing does.</returns>
    public static string? Fault(string file, TimeProvider clock)
    {
        try
        {
            LedgerFile.Require(file);
            using var dialect = SqliteDialect.OpenReadOnly(file, clock);
            using var transaction = dialect.BeginRead();
            var found = transaction.Get<string>("PRAGMA quick_check(1)");
            Migrations.RefuseNewer(dialect, transaction);
            return found == "ok" ? null : $"{Damaged(file)} ({found})";
        }
        catch (UserInputException refused)
        {
            return refused.Message;
        }
        catch (SqliteException error)
        {
            return Complaint(file, error) ?? $"'{file}' cannot be read: {error.Message}";
        }
    }

    private static string Damaged(string file) => $"'{file}' is no ledger, or is damaged. Move it away, or choose another root with --root.";

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string? Complaint(string file, Exception error) => error switch
    {
        UnauthorizedAccessException or IOException =>
            $"Cannot make a ledger at '{file}': {error.Message} Choose a root that can be written, with --root.",
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM } =>
            $"Cannot open the ledger '{file}' for writing. Check its permissions and those of its folder, or choose another root with --root.",
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT } =>
            Damaged(file),
        _ => null,
    };
}

/// <summary>For whoever changes a ledger beside an engine: that engine's next pass does the ringing.</summary>
public sealed class SilentDoorbell : IDoorbell
{
    /// <inheritdoc/>
    public void Ring(string resource)
    {
    }
}
