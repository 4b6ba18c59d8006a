using System.Data.Common;
using System.Globalization;
using Dapper;
using DbUp.Engine;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>Brings a ledger's schema up to the program's version, and refuses one that is ahead of it.</summary>
internal static class Migrations
{
    /// <summary>The table with the scripts that were run.</summary>
    public const string Journal = "schema_version";

    private const string Folder = ".Ledger.Migrations.";

    /// <summary>The scripts by version, oldest first: '0001_ledger.sql' is version 1.</summary>
    private static readonly SqlScript[] Scripts = [.. Load()];

    /// <summary>The version that this program writes.</summary>
    public static int Newest => Version(Scripts[^1].Name);

    /// <summary>Runs what is missing under the database's own lock: of two programs that open a new ledger, one waits for the other.</summary>
    /// <exception cref="UserInputException">The ledger is newer than this program.</exception>
    public static void Apply(Dialect dialect)
    {
        using (var looking = dialect.BeginRead())
        {
            if (IsCurrent(looking.Connection, dialect))
                return;
        }

        dialect.AloneWithSchema(connection =>
        {
            if (!IsCurrent(connection, dialect))
                Upgrade(connection, dialect);
        });
    }

    /// <summary>For a ledger that is only read: it has to be of this version.</summary>
    public static void Check(Dialect dialect)
    {
        using var transaction = dialect.BeginRead();
        if (!IsCurrent(transaction.Connection, dialect))
        {
            throw new UserInputException(
                $"The ledger '{dialect.Describe}' is of an earlier version; this program needs {Newest}. A 'dnc run' on its root brings it up to date.");
        }
    }

    /// <summary>For a ledger that is only looked at: an older one is fine, since a run brings it up to date.</summary>
    /// <exception cref="UserInputException">It is newer than this program.</exception>
    public static void RefuseNewer(SqliteDialect dialect, LedgerTransaction transaction) => IsCurrent(transaction.Connection, dialect);

    /// <summary>The version of the ledger in a schema, or null where no script was run there.</summary>
    public static int? VersionOf(DbConnection connection, string schema) =>
        connection.Query<string>($"SELECT ScriptName FROM {schema}.{Journal}").Select(Version).Cast<int?>().Max();

    private static bool IsCurrent(DbConnection connection, Dialect dialect)
    {
        if (!dialect.HasJournal(connection))
            return false;
        var done = connection.Query<string>($"SELECT ScriptName FROM {Journal}").ToHashSet(StringComparer.Ordinal);
        var version = done.Select(Version).DefaultIfEmpty(0).Max();
        return version <= Newest
            ? Array.TrueForAll(Scripts, script => done.Contains(script.Name))
            : throw new UserInputException(
                $"The ledger '{dialect.Describe}' has version {version}, and this program knows versions up to {Newest}. "
                + $"Use the newer dnc that wrote it, or {dialect.Another}.");
    }

    private static void Upgrade(DbConnection connection, Dialect dialect)
    {
        var builder = dialect.Deploy(connection, Journal).WithScripts(Scripts).LogToNowhere();
        foreach (var (name, value) in dialect.ScriptVariables)
            builder.WithVariable(name, value);
        var result = builder.Build().PerformUpgrade();
        if (result.Successful)
            return;
        if (result.Error is DbException known)
            throw known;
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
