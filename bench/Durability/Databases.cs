using System.Globalization;
using DnC.Workflow.Runtime.Postgres;
using Npgsql;

namespace DnC.Workflow.Bench.Durability;

/// <summary>A private PostgreSQL with its durable defaults, and databases on it.</summary>
public sealed class Databases : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dnc-bench-");
    private readonly PrivatePostgres _server;
    private int _count;

    /// <summary>Starts it.</summary>
    public Databases()
    {
        _server = PrivatePostgres.Start(Path.Combine(_folder.FullName, "postgres"), new PrivatePostgresOptions { MaxConnections = 400 });
        Version = Scalar<string>(_server.ConnectionString, "SHOW server_version").Split(' ')[0];
    }

    /// <summary>The server's.</summary>
    public string Version { get; }

    /// <summary>A new folder.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder.FullName, string.Create(CultureInfo.InvariantCulture, $"{name}-{++_count}"))).FullName;

    /// <summary>A new database.</summary>
    public string Create()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"bench_{++_count}");
        Execute(_server.ConnectionString, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>CPU seconds of all the server's processes so far, those that have ended included.</summary>
    public double CpuSeconds() => ProcessTimes.TreeOf(int.Parse(File.ReadLines(Path.Combine(_folder.FullName, "postgres", "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture));

    /// <summary>Runs a statement.</summary>
    public static void Execute(string connectionString, string sql)
    {
        using var source = NpgsqlDataSource.Create(connectionString);
        using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    /// <summary>The first value of a query.</summary>
    public static T Scalar<T>(string connectionString, string sql)
    {
        using var source = NpgsqlDataSource.Create(connectionString);
        using var command = source.CreateCommand(sql);
        return (T)command.ExecuteScalar()!;
    }

    /// <summary>Bytes of a database.</summary>
    public static long Size(string connectionString) => Scalar<long>(connectionString, "SELECT pg_database_size(current_database())");

    /// <inheritdoc/>
    public void Dispose()
    {
        NpgsqlConnection.ClearAllPools();
        _server.Dispose();
        _folder.Delete(recursive: true);
    }
}
