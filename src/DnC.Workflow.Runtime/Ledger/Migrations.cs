using System.Data.Common;
using System.Globalization;
using Dapper;
using DbUp;
using DbUp.Engine;
using DbUp.Sqlite;
using DbUp.Sqlite.Helpers;
using DnC.Workflow.Stages.Execution;
using Microsoft.Data.Sqlite;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>Brings a ledger's schema up to the program's version, and refuses one that is ahead of it.</summary>
internal static class Migrations
{
    private const string Journal = "schema_version";
    private const string Folder = ".Ledger.Migrations.";

    /// <summary>The scripts by version, oldest first: '0001_ledger.sql' is version 1.</summary>
    private static readonly SqlScript[] Scripts = [.. Load()];

    /// <summary>The version that this program writes.</summary>
    public static int Newest => Version(Scripts[^1].Name);

    /// <summary>Runs what is missing under the database's own lock: of two programs that open a new ledger, one waits for the other.</summary>
    public static void Apply(SqliteDialect dialect)
    {
        var connection = dialect.Writer;
        if (Current(connection, dialect) == Newest)
            return;
        connection.Execute("BEGIN EXCLUSIVE");
        try
        {
            if (Current(connection, dialect) != Newest)
                Upgrade(connection, dialect.Identity);
            connection.Execute("COMMIT");
        }
        catch
        {
            connection.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>For a ledger that is only read: it has to be of this version.</summary>
    public static void Check(SqliteDialect dialect)
    {
        using var transaction = dialect.BeginRead();
        var version = Current(transaction.Connection, dialect);
        if (version < Newest)
        {
            throw new UserInputException(
                $"The ledger '{dialect.Describe}' has version {version}; this program needs {Newest}. A 'dnc run' on its root brings it up to date.");
        }
    }

    /// <summary>For a ledger that is only looked at: an older one is fine, since a run brings it up to date.</summary>
    /// <exception cref="UserInputException">It is newer than this program.</exception>
    public static void RefuseNewer(SqliteDialect dialect, LedgerTransaction transaction) => Current(transaction.Connection, dialect);

    private static int Current(DbConnection connection, Dialect dialect)
    {
        var known = connection.QueryFirstOrDefault<string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name = @Journal", new { Journal });
        if (known is null)
            return 0;
        var version = connection.Query<string>($"SELECT ScriptName FROM {Journal}").Select(Version).DefaultIfEmpty(0).Max();
        return version <= Newest
            ? version
            : throw new UserInputException(
                $"The ledger '{dialect.Describe}' has version {version}, and this program knows versions up to {Newest}. "
                + "Use the newer dnc that wrote it, or another root with --root.");
    }

    private static void Upgrade(SqliteConnection connection, string identity)
    {
        using var shared = new SharedConnection(connection);
        var result = DeployChanges.To.SqliteDatabase(shared)
            .WithScripts(Scripts)
            .WithVariable("identity", identity)
            .WithoutTransaction() // it runs inside ours
            .JournalTo((manager, log) => new SqliteTableJournal(manager, log, Journal))
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException($"The ledger's schema could not be brought up to date ({result.ErrorScript?.Name}).", result.Error);
    }

    private static int Version(string script) => int.Parse(script.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);

    private static IEnumerable<SqlScript> Load()
    {
        var assembly = typeof(Migrations).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(r => r.Contains(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = resource[(resource.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..];
            yield return new SqlScript(name, reader.ReadToEnd());
        }
    }
}
