using System.Globalization;
using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Runtime.Tests.Postgres;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace DnC.Workflow.Runtime.Tests.Postgres;

/// <summary>One private server for all tests of the assembly, started when the first of them asks.</summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lock s_gate = new();
    private static PrivatePostgres? s_server;
    private static string? s_folder;
    private static int s_databases;

    /// <summary>A new database's connection string. Skips the test where this machine has no PostgreSQL.</summary>
    public static string CreateDatabase()
    {
        lock (s_gate)
        {
            if (s_server is null)
            {
                if (!PrivatePostgres.Available(out var why))
                    Assert.Skip(why);
                s_folder = Directory.CreateTempSubdirectory("dnc-pg-").FullName;
                s_server = PrivatePostgres.Start(Path.Combine(s_folder, "postgres"), new PrivatePostgresOptions { Fsync = false });
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"test_{++s_databases}");
            Execute(s_server.ConnectionString, $"CREATE DATABASE {name}");
            return new NpgsqlConnectionStringBuilder(s_server.ConnectionString) { Database = name }.ConnectionString;
        }
    }

    /// <summary>Runs a statement on a connection of its own.</summary>
    public static void Execute(string connectionString, string sql)
    {
        using var source = NpgsqlDataSource.Create(connectionString);
        using var command = source.CreateCommand(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>The first value of a query on a connection of its own.</summary>
    public static T Scalar<T>(string connectionString, string sql)
    {
        using var source = NpgsqlDataSource.Create(connectionString);
        using var command = source.CreateCommand(sql);
        return (T)command.ExecuteScalar()!;
    }

    public void Dispose()
    {
        lock (s_gate)
        {
            s_server?.Dispose();
            s_server = null;
            if (s_folder is not null)
                Directory.Delete(s_folder, recursive: true);
        }
    }
}

/// <summary>A database of a test class's own (IClassFixture), on the assembly's server; made when first asked for.</summary>
public sealed class PostgresFixture
{
    private readonly Lazy<string> _connection = new(PostgresServer.CreateDatabase);

    /// <summary>How to connect to it. Skips the test where this machine has no PostgreSQL.</summary>
    public string ConnectionString => _connection.Value;

    /// <summary>Another database, for a test that needs an empty one.</summary>
    public static string CreateDatabase() => PostgresServer.CreateDatabase();
}
