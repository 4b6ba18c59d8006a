using DnC.Workflow.Runtime.Postgres;
using DnC.Workflow.Stages.Execution;
using Npgsql;

namespace DnC.Workflow.Runtime.Tests.Postgres;

public sealed class PrivatePostgresTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ItKeepsItsDataAndIsStoppedByTheLastToLeave()
    {
        using (var first = Start())
        {
            PostgresServer.Execute(first.ConnectionString, "CREATE TABLE kept (x int)");
            using (var second = Start())
                Assert.Equal(first.ConnectionString, second.ConnectionString);
            Assert.Equal(0L, PostgresServer.Scalar<long>(first.ConnectionString, "SELECT COUNT(*) FROM kept"));
        }

        Assert.False(File.Exists(_folder.At("pg", "data", "postmaster.pid")));
        using var again = Start();
        Assert.Equal(0L, PostgresServer.Scalar<long>(again.ConnectionString, "SELECT COUNT(*) FROM kept"));
    }

    [Fact]
    public void ManyStartItAtOnceAndItIsMadeOnce()
    {
        Skip();
        var servers = new System.Collections.Concurrent.ConcurrentBag<PrivatePostgres>();
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() => servers.Add(Start()))).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Single(servers.Select(s => s.ConnectionString).Distinct());
        foreach (var server in servers)
            server.Dispose();
        Assert.False(File.Exists(_folder.At("pg", "data", "postmaster.pid")));
    }

    [Fact]
    public void AnImmediateRestartKillsSessionsAndKeepsWhatWasCommitted()
    {
        using var server = Start();
        using var connection = new NpgsqlConnection(server.ConnectionString);
        connection.Open();
        Execute(connection, "CREATE TABLE kept (x int)");
        server.RestartImmediately();
        Assert.ThrowsAny<NpgsqlException>(() => Execute(connection, "SELECT 1"));
        Assert.Equal(0L, PostgresServer.Scalar<long>(server.ConnectionString, "SELECT COUNT(*) FROM kept"));
    }

    [Fact]
    public void NobodyGetsInWithoutThePassword()
    {
        using var server = Start();
        foreach (var host in new[] { new NpgsqlConnectionStringBuilder(server.ConnectionString).Host, "127.0.0.1" })
        {
            var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Host = host, Password = "guess", Pooling = false };
            Assert.Equal("28P01", Assert.Throws<PostgresException>(() => PostgresServer.Execute(wrong.ConnectionString, "SELECT 1")).SqlState);
        }

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.At("pg", "password")));
    }

    [Fact]
    public void AFolderThatIsNoClusterIsLeftAlone()
    {
        Skip();
        File.WriteAllText(Path.Combine(_folder.Make("pg", "data"), "mine"), "");
        Assert.Contains("no PostgreSQL cluster", Assert.Throws<UserInputException>(Start).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.At("pg", "data", "mine")));
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static void Skip()
    {
        if (!PrivatePostgres.Available(out var why))
            Assert.Skip(why);
    }

    private PrivatePostgres Start()
    {
        Skip();
        return PrivatePostgres.Start(_folder.At("pg"), new PrivatePostgresOptions { Fsync = false });
    }
}
